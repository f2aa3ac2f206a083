using System.Globalization;
using System.Text;
using AgentPost.Protocol.Connections;
using MailKit;

namespace AgentPost.Host.Remote;

/// <summary>
/// Observes what a client and its server send. Writes it to the trace line by line, without secrets and literals; keeps
/// the server's last line for error messages; and turns the literal8 of a message into a literal, which MailKit can
/// parse. Not thread-safe.
/// </summary>
sealed class ImapWireTap(WireTrace trace) : IProtocolLogger
{
    const int MaxKept = 1000;
    const string Bye = "* BYE";

    readonly StringBuilder _line = new();
    long _literalLeft;

    public IAuthenticationSecretDetector? AuthenticationSecretDetector { get; set; }

    /// <summary>The last complete line of the server.</summary>
    public string LastLine { get; private set; } = "";

    /// <summary>The reason for which the server ended the session (BYE). Null if it did not.</summary>
    public string? Farewell { get; private set; }

    public void LogConnect(Uri uri)
    {
    }

    public void LogClient(byte[] buffer, int offset, int count)
    {
        if (!trace.IsEnabled)
        {
            return;
        }
        var shown = buffer.AsSpan(offset, count).ToArray();
        foreach (var secret in AuthenticationSecretDetector?.DetectSecrets(buffer, offset, count) ?? [])
        {
            shown.AsSpan(secret.StartIndex - offset, secret.Length).Fill((byte)'*');
        }
        trace.Client(shown);
    }

    public void LogServer(byte[] buffer, int offset, int count)
    {
        for (var rest = buffer.AsSpan(offset, count); !rest.IsEmpty;)
        {
            if (_literalLeft > 0)
            {
                var skipped = (int)Math.Min(_literalLeft, rest.Length);
                _literalLeft -= skipped;
                rest = rest[skipped..];
                continue;
            }
            var end = rest.IndexOf((byte)'\n');
            var piece = end < 0 ? rest : rest[..end];
            ReplaceLiteral8(piece);
            Append(piece);
            rest = rest[(piece.Length + (end < 0 ? 0 : 1))..];
            if (end >= 0)
            {
                EndLine();
            }
        }
    }

    public void Dispose()
    {
    }

    // literal8 = "~{" number64 "}" CRLF. MailKit parses this buffer next.
    void ReplaceLiteral8(Span<byte> piece)
    {
        var tilde = piece.IndexOf((byte)'~');
        if (tilde < 0)
        {
            return;
        }
        var before = _line + Encoding.Latin1.GetString(piece[..tilde]);
        if (before.EndsWith("BODY[] ", StringComparison.OrdinalIgnoreCase))
        {
            piece[tilde] = (byte)' ';
        }
    }

    // Keep the end of a long line: it shows whether a literal follows.
    void Append(ReadOnlySpan<byte> piece)
    {
        _line.Append(Encoding.Latin1.GetString(piece[Math.Max(0, piece.Length - MaxKept)..]));
        _line.Remove(0, Math.Max(0, _line.Length - MaxKept));
    }

    // literal = "{" number64 ["+"] "}" CRLF
    void EndLine()
    {
        LastLine = _line.ToString().TrimEnd('\r');
        _line.Clear();
        if (LastLine.StartsWith(Bye, StringComparison.OrdinalIgnoreCase))
        {
            Farewell ??= LastLine[Bye.Length..].Trim();
        }
        if (trace.IsEnabled)
        {
            trace.Server(Encoding.Latin1.GetBytes(LastLine));
        }
        var open = LastLine.LastIndexOf('{');
        var digits = LastLine.EndsWith('}') ? LastLine[(open + 1)..^1].TrimEnd('+') : "";
        _literalLeft = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : 0;
    }
}
