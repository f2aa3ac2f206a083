using System.Globalization;
using System.Text;
using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Smtp.Grammar;

/// <summary>The parameters of MAIL.</summary>
/// <param name="DeclaredOctets">SIZE=, a promise to be checked twice; null when not given.</param>
/// <param name="IsInternational">SMTPUTF8 was given (RFC 6531 §3.4).</param>
sealed record MailParameters(long? DeclaredOctets, bool IsInternational)
{
    static readonly MailParameters None = new(null, false);

    // One row per parameter: what it makes of its value; null when the value is not what the parameter's RFC says.
    static readonly Dictionary<string, Func<MailParameters, string?, MailParameters?>> Rows = new(StringComparer.OrdinalIgnoreCase)
    {
        // size-value = 1*20DIGIT (RFC 1870 §5); one that no long can hold is as good as the longest.
        ["SIZE"] = (parameters, value) => value is { Length: > 0 and <= 20 } && value.All(char.IsAsciiDigit)
            ? parameters with { DeclaredOctets = long.TryParse(value, CultureInfo.InvariantCulture, out var octets) ? octets : long.MaxValue }
            : null,

        // body-value = "7BIT" / "8BITMIME" (RFC 6152 §2); the octets are taken as they are in both cases.
        ["BODY"] = (parameters, value) => value?.ToUpperInvariant() is "7BIT" or "8BITMIME" ? parameters : null,

        ["SMTPUTF8"] = (parameters, value) => value is null ? parameters with { IsInternational = true } : null,

        // AUTH=mailbox or <> (RFC 4954 §5): who first submitted it. We know who did.
        ["AUTH"] = (parameters, value) => value is { Length: > 0 } ? parameters : null,
    };

    /// <summary>Reads all that is left. Null: well; else the refusal.</summary>
    // Mail-parameters = esmtp-param *(SP esmtp-param); esmtp-param = esmtp-keyword ["=" esmtp-value]
    public static Reply? Parse(ref ArgumentReader reader, out MailParameters parameters)
    {
        parameters = None;
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (reader.SkipSpaces(); !reader.IsAtEnd; reader.SkipSpaces())
        {
            var parts = Encoding.Latin1.GetString(reader.TakeWord()).Split('=', 2);
            var value = parts.Length == 2 ? parts[1] : null;
            if (!Rows.TryGetValue(parts[0], out var row))
            {
                return Unknown(parts[0]);
            }
            if (!seen.Add(parts[0]) || row(parameters, value) is not { } next)
            {
                return new(501, "5.5.4", $"Bad value of the parameter {parts[0]}");
            }
            parameters = next;
        }
        return null;
    }

    public static Reply Unknown(string parameter) => new(555, "5.5.4", $"The parameter {parameter} is not known here");
}
