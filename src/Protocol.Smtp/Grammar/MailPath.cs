using System.Buffers;
using System.Text;
using AgentPost.Mime.Headers;

namespace AgentPost.Protocol.Smtp.Grammar;

/// <summary>
/// A path of MAIL or RCPT (RFC 5321 §4.1.2), also with an internationalized address (RFC 6531 §3.3). A source route is
/// dropped.
/// </summary>
/// <param name="Address">
/// Without brackets; empty for the null sender. The domain is in lower case, and the local part is written by
/// <see cref="LocalPart"/>, so that each mailbox has one spelling.
/// </param>
sealed record MailPath(string Address)
{
    const int LimitOctets = 320;
    const string PostmasterName = "postmaster";

    // atext = ALPHA / DIGIT / "!" … (RFC 5322 §3.2.3) / UTF8-non-ascii (RFC 6531 §3.3); plus the dots of Dot-string.
    static readonly SearchValues<byte> DotStringOctets = SearchValues.Create(
        [.. "!#$%&'*+-/=?^_`{|}~."u8, .. LettersAndDigits(), .. NonAscii()]);

    // sub-domain = Let-dig [Ldh-str] / U-label; also "_", which some mail domains contain.
    static readonly SearchValues<byte> DomainOctets = SearchValues.Create([.. "-._"u8, .. LettersAndDigits(), .. NonAscii()]);

    // dcontent = %d33-90 / %d94-126
    static readonly SearchValues<byte> LiteralOctets = SearchValues.Create(
        [.. Enumerable.Range(33, 58).Concat(Enumerable.Range(94, 33)).Select(octet => (byte)octet)]);

    public bool IsNull => Address.Length == 0;

    /// <summary>True for the postmaster of this server, written without a domain.</summary>
    public bool IsPostmaster => Address == PostmasterName;

    public bool IsInternational => !Ascii.IsValid(Address);

    // Reverse-path = Path / "<>"
    public static MailPath? ParseReverse(ref ArgumentReader reader) => reader.TryTakeIgnoringCase("<>"u8) ? new("") : Parse(ref reader);

    // Forward-path = Path / "<Postmaster>" (RFC 5321 §4.1.1.3)
    public static MailPath? ParseForward(ref ArgumentReader reader) => reader.TryTakeIgnoringCase("<postmaster>"u8) ? new(PostmasterName) : Parse(ref reader);

    // Path = "<" [ A-d-l ":" ] Mailbox ">"
    public static MailPath? Parse(ref ArgumentReader reader)
    {
        var before = reader.Rest.Length;
        if (!reader.TryTake((byte)'<') || !TrySkipSourceRoute(ref reader)
            || ParseLocalPart(ref reader) is not { } localPart
            || !reader.TryTake((byte)'@') || ParseDomain(ref reader) is not { } domain
            || !reader.TryTake((byte)'>') || before - reader.Rest.Length > LimitOctets)
        {
            return null;
        }
        return new($"{localPart}@{domain}");
    }

    // A-d-l = At-domain *( "," At-domain ); At-domain = "@" Domain
    static bool TrySkipSourceRoute(ref ArgumentReader reader)
    {
        if (reader.IsAtEnd || reader.Rest[0] != '@')
        {
            return true;
        }
        do
        {
            if (!reader.TryTake((byte)'@') || ParseDomain(ref reader) is null)
            {
                return false;
            }
        }
        while (reader.TryTake((byte)','));
        return reader.TryTake((byte)':');
    }

    // Local-part = Dot-string / Quoted-string
    static string? ParseLocalPart(ref ArgumentReader reader)
    {
        if (reader.TryTake((byte)'"'))
        {
            return ParseQuotedString(ref reader) is { } text ? LocalPart.Write(text) : null;
        }
        // Some mobile carriers use leading, trailing or consecutive dots. Such a local part becomes a quoted string.
        return ArgumentReader.TryDecodeUtf8(reader.TakeWhile(DotStringOctets), out var local) && local.Length > 0 ? LocalPart.Write(local) : null;
    }

    // Quoted-string = DQUOTE *QcontentSMTP DQUOTE; the opening quote has been read.
    static string? ParseQuotedString(ref ArgumentReader reader)
    {
        var content = new List<byte>();
        while (!reader.IsAtEnd)
        {
            var octet = reader.Take(1)[0];
            if (octet == '"')
            {
                return ArgumentReader.TryDecodeUtf8(content.ToArray(), out var text) ? text : null;
            }
            if (octet == '\\')
            {
                if (reader.IsAtEnd)
                {
                    return null;
                }
                octet = reader.Take(1)[0];
            }
            content.Add(octet);
        }
        return null;
    }

    // Domain = sub-domain *("." sub-domain) / address-literal = "[" … "]"
    static string? ParseDomain(ref ArgumentReader reader)
    {
        if (reader.TryTake((byte)'['))
        {
            var literal = reader.TakeWhile(LiteralOctets);
            return literal.IsEmpty || !reader.TryTake((byte)']') ? null : $"[{Encoding.ASCII.GetString(literal)}]";
        }
        return ArgumentReader.TryDecodeUtf8(reader.TakeWhile(DomainOctets), out var domain)
            && domain.Split('.').All(label => label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-')
            ? domain.ToLowerInvariant()
            : null;
    }

    static IEnumerable<byte> LettersAndDigits() => Enumerable.Range(0, 128).Where(octet => char.IsAsciiLetterOrDigit((char)octet)).Select(octet => (byte)octet);

    static IEnumerable<byte> NonAscii() => Enumerable.Range(128, 128).Select(octet => (byte)octet);
}
