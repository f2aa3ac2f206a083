using System.Text;
using AgentPost.Mime.Headers;
using AgentPost.Protocol.Smtp.Authentication;
using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Smtp.Receivers;

/// <summary>Reads the Authentication-Results fields of a received message (RFC 8601).</summary>
static class AuthenticationResults
{
    public static ReadOnlySpan<byte> FieldName => "Authentication-Results"u8;

    public static bool IsTrusted(string authserv, SmtpOptions options) =>
        options.Service == SmtpService.Lmtp && authserv.Equals(options.Inbound.TrustedAuthserv, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Returns the DMARC result of the trusted upstream server. Returns null if no server is trusted, or if it reported
    /// no DMARC result.
    /// </summary>
    public static AuthenticationVerdict? TrustedDmarc(ReadOnlySpan<byte> header, SmtpOptions options)
    {
        var reader = new HeaderFieldReader(header);
        while (reader.Read())
        {
            if (Ascii.EqualsIgnoreCase(reader.Name, FieldName) && AuthservOf(reader.Value) is { } authserv && IsTrusted(authserv, options))
            {
                return DmarcOf(WithoutComments(Encoding.Latin1.GetString(reader.Value)));
            }
        }
        return null;
    }

    /// <summary>
    /// Returns the authserv-id of a field, which names the server that wrote it. Returns null if it cannot be read.
    /// </summary>
    // authserv-id = value, then [ CFWS authres-version ] and ";"
    public static string? AuthservOf(ReadOnlySpan<byte> value)
    {
        var text = WithoutComments(Encoding.Latin1.GetString(value)).Trim();
        var name = text.StartsWith('"') ? text[1..].Split('"')[0] : text.Split([' ', '\t', '\r', '\n', ';', '/'])[0];
        return name.Length == 0 ? null : name.TrimEnd('.');
    }

    // methodspec = [CFWS] method [CFWS] "=" [CFWS] result
    static AuthenticationVerdict? DmarcOf(string value)
    {
        foreach (var result in value.Split(';').Skip(1))
        {
            var words = result.Split('=', 2);
            if (words.Length == 2 && words[0].Trim().Equals("dmarc", StringComparison.OrdinalIgnoreCase))
            {
                var word = words[1].TrimStart().Split([' ', '\t', '\r', '\n'])[0];
                return Enum.TryParse<AuthenticationVerdict>(word, ignoreCase: true, out var verdict) ? verdict : null;
            }
        }
        return null;
    }

    // comment = "(" *( ctext / quoted-pair / comment ) ")"; not inside a quoted string.
    static string WithoutComments(string text)
    {
        var kept = new StringBuilder(text.Length);
        var (depth, isQuoted) = (0, false);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && (depth > 0 || isQuoted))
            {
                // quoted-pair (RFC 5322 §3.2.1): the next character stands for itself.
                i++;
                if (depth == 0 && i < text.Length)
                {
                    kept.Append(text[i]);
                }
                continue;
            }
            isQuoted ^= depth == 0 && text[i] == '"';
            depth += isQuoted ? 0 : text[i] switch { '(' => 1, ')' when depth > 0 => -1, _ => 0 };
            if (depth == 0 && (isQuoted || text[i] != ')'))
            {
                kept.Append(text[i]);
            }
        }
        return kept.ToString();
    }
}
