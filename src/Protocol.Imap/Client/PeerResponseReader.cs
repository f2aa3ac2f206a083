using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AgentPost.Protocol.Imap.Client;

/// <summary>Puts the lines and literals of a server together. What it may send is bounded, whatever it announces.</summary>
sealed partial class PeerResponseReader(PeerConnection connection)
{
    const int LongestLiteral = 64 * 1024;
    const int MostLiterals = 1000;

    /// <summary>Takes the octets of a message while they come; null: none is expected.</summary>
    public MessageSink? Sink { get; set; }

    public async ValueTask<PeerResponse> ReadAsync(CancellationToken cancellation)
    {
        var text = new StringBuilder();
        var literals = new List<byte[]?>();
        while (true)
        {
            var line = await connection.ReadLineAsync(cancellation);
            if (LiteralHeader().Match(line) is not { Success: true } header)
            {
                return new(text.Append(line).ToString(), literals);
            }
            if (literals.Count == MostLiterals || text.Length + line.Length > PeerConnection.LongestLine)
            {
                throw Nonsense("a response without end");
            }
            text.Append(line.AsSpan(0, header.Index)).Append(PeerResponse.LiteralMark);
            literals.Add(await ReadLiteralAsync(header.Groups["octets"].Value, IsMessage(line, header), cancellation));
        }
    }

    async ValueTask<byte[]?> ReadLiteralAsync(string digits, bool isMessage, CancellationToken cancellation)
    {
        var octets = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Nonsense("a literal of no size");
        if (isMessage && Sink is { } sink)
        {
            sink.Begin(octets);
            for (var left = octets; left > 0;)
            {
                var piece = await connection.ReadOctetsAsync(left, cancellation);
                await sink.WriteAsync(piece, cancellation);
                left -= piece.Length;
            }
            return null;
        }
        if (octets > LongestLiteral)
        {
            throw Nonsense($"a literal of {octets} octets that nobody asked for");
        }
        var literal = new byte[octets];
        for (var read = 0; read < literal.Length;)
        {
            var piece = await connection.ReadOctetsAsync(literal.Length - read, cancellation);
            piece.CopyTo(literal.AsMemory(read));
            read += piece.Length;
        }
        return literal;
    }

    static bool IsMessage(string line, Match header) => line.AsSpan(0, header.Index).TrimEnd(' ').EndsWith("BODY[]", StringComparison.OrdinalIgnoreCase);

    static ImapPeerException Nonsense(string what) => new(ImapFault.Nonsense, $"The server sends {what}");

    // literal = "{" number64 ["+"] "}" CRLF; literal8 = "~{" …
    [GeneratedRegex(@"~?\{(?<octets>\d{1,20})\+?\}$")]
    private static partial Regex LiteralHeader();
}
