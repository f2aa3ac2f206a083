using System.Globalization;
using System.Text;

namespace AgentPost.Protocol.Smtp.Client;

/// <summary>
/// Reads replies line by line (RFC 5321 §4.2.1). Limits line length and line count, so that a hostile server cannot
/// exhaust memory. Use one reader per stream, because it buffers data it has read ahead.
/// </summary>
sealed class ReplyReader(Stream stream)
{
    // RFC 5321 §4.5.3.1.5 limits lines to 512 bytes; some servers send longer ones.
    const int LineOctets = 4096;
    const int MostLines = 200;
    const int CodeDigits = 3;

    readonly byte[] _buffer = new byte[LineOctets];
    int _start;
    int _end;

    /// <summary>True if data has been read that follows the last reply.</summary>
    public bool HasMore => _end > _start;

    /// <summary>
    /// Reads the next reply with all its lines. Throws <see cref="SmtpPeerException"/> at the end of the stream and if
    /// the reply is invalid.
    /// </summary>
    // Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF
    public async ValueTask<PeerReply> ReadAsync(CancellationToken cancellation)
    {
        var lines = new List<string>();
        while (true)
        {
            var line = await ReadLineAsync(cancellation);
            if (!IsReplyLine(line))
            {
                throw new SmtpPeerException(SmtpFault.Nonsense, $"It answered \"{Shown(line)}\", which is no SMTP");
            }
            lines.Add(line.Length > CodeDigits ? line[(CodeDigits + 1)..] : "");
            if (line.Length == CodeDigits || line[CodeDigits] == ' ')
            {
                var code = int.Parse(line.AsSpan(0, CodeDigits), CultureInfo.InvariantCulture);
                return new(code, PeerReply.StatusOf(code, lines[0]), lines);
            }
            if (lines.Count == MostLines)
            {
                throw new SmtpPeerException(SmtpFault.Nonsense, $"Its answer has more than {MostLines} lines");
            }
        }
    }

    // Reply-code = %x32-35 %x30-35 %x30-39
    static bool IsReplyLine(string line) =>
        line.Length >= CodeDigits && line[0] is >= '2' and <= '5' && char.IsAsciiDigit(line[1]) && char.IsAsciiDigit(line[2])
        && (line.Length == CodeDigits || line[CodeDigits] is ' ' or '-');

    async ValueTask<string> ReadLineAsync(CancellationToken cancellation)
    {
        var searched = 0;
        while (true)
        {
            var at = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (at >= 0)
            {
                var line = Printable(_buffer.AsSpan(_start, searched + at).TrimEnd((byte)'\r'));
                _start += searched + at + 1;
                return line;
            }
            searched = _end - _start;
            if (searched == LineOctets)
            {
                throw new SmtpPeerException(SmtpFault.Nonsense, $"Its answer has a line of more than {LineOctets} octets");
            }
            await FillAsync(cancellation);
        }
    }

    async ValueTask FillAsync(CancellationToken cancellation)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
        if (read == 0)
        {
            throw new SmtpPeerException(SmtpFault.Lost, "It closed the connection when an answer was due");
        }
        _end += read;
    }

    // The text goes into logs, DSNs and the database, so it must not contain control characters or NUL.
    static string Printable(ReadOnlySpan<byte> line) =>
        string.Concat(Encoding.UTF8.GetString(line).Select(character => character == '\t' ? ' ' : char.IsControl(character) ? '?' : character));

    static string Shown(string line) => line.Length > 80 ? line[..80] + "…" : line;
}
