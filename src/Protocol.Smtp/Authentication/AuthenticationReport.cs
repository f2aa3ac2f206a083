using System.Globalization;
using System.Text;

namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>The results of SPF, DKIM and DMARC for one message.</summary>
sealed record AuthenticationReport(SpfQuery Query, SpfResult Spf, IReadOnlyList<DkimResult> Dkim, DmarcResult Dmarc)
{
    /// <summary>The Authentication-Results field, CRLF included (RFC 8601 §2.2).</summary>
    // authres-header-field = "Authentication-Results:" [CFWS] authserv-id *( ";" resinfo ) [CFWS] CRLF
    public string Field(string authserv)
    {
        var field = new StringBuilder($"Authentication-Results: {authserv}");
        field.Append(CultureInfo.InvariantCulture, $";\r\n\tspf={Word(Spf.Verdict)} {SpfProperty()}");
        foreach (var result in Dkim)
        {
            field.Append(CultureInfo.InvariantCulture, $";\r\n\tdkim={Word(result.Verdict)}{Comment(result)}");
            if (result.Signature is { } signature)
            {
                field.Append(CultureInfo.InvariantCulture, $" header.d={Value(signature.Domain)} header.s={Value(signature.Selector)} header.b={Value(signature.Beginning)}");
            }
        }
        if (Dkim.Count == 0)
        {
            field.Append(";\r\n\tdkim=none");
        }
        field.Append(CultureInfo.InvariantCulture, $";\r\n\tdmarc={Word(Dmarc.Verdict)}");
        if (Dmarc.Domain is { } author)
        {
            var policy = Dmarc.Verdict is AuthenticationVerdict.Pass or AuthenticationVerdict.Fail ? $" (p={Dmarc.Policy.ToString().ToLowerInvariant()})" : "";
            field.Append(CultureInfo.InvariantCulture, $"{policy} header.from={Value(author)}");
        }
        return field.Append("\r\n").ToString();
    }

    // For the null sender, SPF checks the HELO name.
    string SpfProperty() => Query.Sender == $"postmaster@{Query.Helo}" ? $"smtp.helo={Value(Query.Helo)}" : $"smtp.mailfrom={Value(Query.Sender)}";

    static string Comment(DkimResult result) => result switch
    {
        { KeyBits: > 0 } => string.Create(CultureInfo.InvariantCulture, $" ({result.KeyBits}-bit key)"),
        { Reason: { } reason } => $" ({reason})",
        _ => "",
    };

    static string Word(AuthenticationVerdict verdict) => verdict.ToString().ToLowerInvariant();

    // pvalue = value / [ [ local-part ] "@" ] domain-name; value = token / quoted-string. The text comes from other
    // servers.
    static string Value(string text) => text.Length > 0 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || "@.-_+=".Contains(letter, StringComparison.Ordinal)) && !text.Contains('=', StringComparison.Ordinal)
        ? text
        : $"\"{string.Concat(text.Select(letter => letter < ' ' || letter == '\x7f' ? "?" : letter is '"' or '\\' ? "\\" + letter : letter.ToString()))}\"";
}
