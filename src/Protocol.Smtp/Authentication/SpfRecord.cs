using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>A parsed SPF record (RFC 7208 §4.6). A syntax error anywhere makes the whole record invalid.</summary>
/// <param name="Redirect">Domain-spec of the redirect modifier. Null if there is none.</param>
sealed record SpfRecord(IReadOnlyList<SpfTerm> Terms, string? Redirect)
{
    const string Version = "v=spf1";

    static readonly Dictionary<string, SpfMechanism> Mechanisms = new(StringComparer.OrdinalIgnoreCase)
    {
        ["all"] = SpfMechanism.All,
        ["include"] = SpfMechanism.Include,
        ["a"] = SpfMechanism.A,
        ["mx"] = SpfMechanism.Mx,
        ["ptr"] = SpfMechanism.ReverseName,
        ["ip4"] = SpfMechanism.Ip4,
        ["ip6"] = SpfMechanism.Ip6,
        ["exists"] = SpfMechanism.Exists,
    };

    /// <summary>Returns true if a TXT record is an SPF record, valid or not (RFC 7208 §4.5).</summary>
    public static bool IsOne(string text) =>
        text.Equals(Version, StringComparison.OrdinalIgnoreCase) || text.StartsWith(Version + " ", StringComparison.OrdinalIgnoreCase);

    // record = version *( 1*SP ( directive / modifier ) ) *SP
    /// <summary>Parses a record. Returns null if its syntax is invalid.</summary>
    public static SpfRecord? Parse(string text)
    {
        var terms = new List<SpfTerm>();
        var modifiers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var word in text[Version.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (ModifierOf(word) is { } modifier)
            {
                // redirect and exp are allowed once each. Unknown modifiers are ignored (§6).
                var isKnown = modifier.Name.ToLowerInvariant() is "redirect" or "exp";
                if (!(isKnown ? SpfMacros.IsDomainSpec(modifier.Value) && modifiers.TryAdd(modifier.Name, modifier.Value) : SpfMacros.IsMacroString(modifier.Value)))
                {
                    return null;
                }
            }
            else if (ParseTerm(word) is { } term)
            {
                terms.Add(term);
            }
            else
            {
                return null;
            }
        }
        return new(terms, modifiers.GetValueOrDefault("redirect"));
    }

    // modifier = name "=" macro-string; name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." )
    static (string Name, string Value)? ModifierOf(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && char.IsAsciiLetter(word[0])
            && word.AsSpan(0, equals).IndexOfAnyExcept(System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")) < 0
            ? (word[..equals], word[(equals + 1)..])
            : null;
    }

    // directive = [ qualifier ] mechanism; mechanism = name [ ":" … ] [ "/" … ]
    static SpfTerm? ParseTerm(string word)
    {
        var verdict = word[0] switch
        {
            '-' => AuthenticationVerdict.Fail,
            '~' => AuthenticationVerdict.SoftFail,
            '?' => AuthenticationVerdict.Neutral,
            _ => AuthenticationVerdict.Pass,
        };
        var text = word[0] is '+' or '-' or '~' or '?' ? word[1..] : word;
        var nameEnd = text.AsSpan().IndexOfAny(':', '/') is var end and >= 0 ? end : text.Length;
        if (!Mechanisms.TryGetValue(text[..nameEnd], out var mechanism))
        {
            return null;
        }
        var rest = text[nameEnd..];
        return mechanism switch
        {
            SpfMechanism.All => rest.Length == 0 ? new(verdict, mechanism, null, 32, 128, null) : null,
            SpfMechanism.Ip4 or SpfMechanism.Ip6 => ParseNetwork(verdict, mechanism, rest),
            SpfMechanism.A or SpfMechanism.Mx => ParseHost(verdict, mechanism, rest),
            _ => ParseDomain(verdict, mechanism, rest),
        };
    }

    // include and exists require a domain, and ptr may have one. None of them has a prefix length.
    static SpfTerm? ParseDomain(AuthenticationVerdict verdict, SpfMechanism mechanism, string rest) => rest switch
    {
        "" when mechanism == SpfMechanism.ReverseName => new(verdict, mechanism, null, 32, 128, null),
        [':', .. var domain] when SpfMacros.IsDomainSpec(domain) => new(verdict, mechanism, domain, 32, 128, null),
        _ => null,
    };

    // [ ":" domain-spec ] [ dual-cidr-length ]; dual-cidr-length = [ "/" ip4 ] [ "//" ip6 ]. A macro may contain a
    // slash.
    static SpfTerm? ParseHost(AuthenticationVerdict verdict, SpfMechanism mechanism, string rest)
    {
        var slash = rest.IndexOf('/', rest.LastIndexOf('}') + 1);
        var lengths = slash < 0 ? "" : rest[slash..];
        var domain = slash < 0 ? rest : rest[..slash];
        var (ipv4, ipv6) = lengths.IndexOf("//", StringComparison.Ordinal) is var second and >= 0 ? (lengths[..second], lengths[(second + 1)..]) : (lengths, "");
        return ParseLength(ipv4, 32) is { } ipv4Bits && ParseLength(ipv6, 128) is { } ipv6Bits
            && (domain.Length == 0 || (domain[0] == ':' && SpfMacros.IsDomainSpec(domain[1..])))
            ? new(verdict, mechanism, domain.Length == 0 ? null : domain[1..], ipv4Bits, ipv6Bits, null)
            : null;
    }

    // ":" ip-network [ "/" length ]
    static SpfTerm? ParseNetwork(AuthenticationVerdict verdict, SpfMechanism mechanism, string rest)
    {
        var isIpv4 = mechanism == SpfMechanism.Ip4;
        var parts = rest.Length == 0 || rest[0] != ':' ? [] : rest[1..].Split('/', 2);
        if (parts.Length == 0 || ParseLength(parts.Length == 2 ? "/" + parts[1] : "", isIpv4 ? 32 : 128) is not { } bits
            || !IPAddress.TryParse(parts[0], out var address)
            || address.AddressFamily != (isIpv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6)
            || (isIpv4 ? parts[0].Count(letter => letter == '.') != 3 : parts[0].Contains('[') || parts[0].Contains('%')))
        {
            return null;
        }
        return new(verdict, mechanism, null, bits, bits, SpfAddresses.Network(address, bits));
    }

    // "/" 1*DIGIT without leading zeros. An empty text means all bits.
    static int? ParseLength(string text, int most)
    {
        if (text.Length == 0)
        {
            return most;
        }
        return text is ['/', .. { Length: > 0 } digits] && (digits == "0" || digits[0] != '0')
            && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var bits) && bits <= most
            ? bits
            : null;
    }
}
