using System.Globalization;
using System.Text;

namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>A parsed DKIM-Signature field (RFC 6376 §3.5).</summary>
/// <param name="Domain">d=, in lower case.</param>
/// <param name="SignedNames">h=.</param>
sealed record DkimSignature(
    string Domain, string Selector, string Algorithm, IReadOnlyList<string> SignedNames, byte[] BodyHash, byte[] Signature)
{
    const string DefaultCanonicalization = "simple/simple";

    /// <summary>The whole field as in the message.</summary>
    public byte[] Field { get; private init; } = [];

    public Canonicalization HeaderForm { get; private init; }

    public Canonicalization BodyForm { get; private init; }

    /// <summary>l= in bytes; <see cref="long.MaxValue"/> if the whole body is signed.</summary>
    public long BodyOctets { get; private init; } = long.MaxValue;

    /// <summary>x=. Null if the signature does not expire.</summary>
    public DateTimeOffset? ExpiresAt { get; private init; }

    /// <summary>True if i= names a subdomain of d=, which a key may forbid.</summary>
    public bool IsForSubdomain { get; private init; }

    /// <summary>
    /// The first 8 characters of the signature, which distinguish several signatures of one domain (RFC 6008).
    /// </summary>
    public string Beginning => Convert.ToBase64String(Signature)[..8];

    /// <param name="fault">The reason if the method returns null, otherwise empty.</param>
    public static DkimSignature? Parse(ReadOnlySpan<byte> field, out string fault)
    {
        fault = "the signature cannot be read";
        if (TagList.Parse(Encoding.Latin1.GetString(field[(field.IndexOf((byte)':') + 1)..])) is not { } tags
            || tags["v"] != "1"
            || tags["d"]?.ToLowerInvariant() is not { Length: > 0 } domain
            || tags["s"] is not { Length: > 0 } selector
            || tags["a"] is not { } algorithm
            || tags.Octets("bh") is not { } bodyHash
            || tags.Octets("b") is not { Length: > 6 } signature
            || ParseForms(tags["c"]) is not { } forms
            || ParseNumber(tags["l"], long.MaxValue) is not { } bodyOctets
            || ParseNumber(tags["x"], long.MaxValue) is not { } expires)
        {
            return null;
        }
        var names = tags.Words("h");
        var identity = tags["i"] is { } given ? given[(given.LastIndexOf('@') + 1)..].ToLowerInvariant() : domain;
        fault = !names.Contains("From", StringComparer.OrdinalIgnoreCase) ? "From is not signed"
            : identity != domain && !identity.EndsWith("." + domain, StringComparison.Ordinal) ? "the identity is not of the signing domain"
            : tags["q"] is { } query && !query.Split(':').Any(method => method.Trim() == "dns/txt") ? "the key is not in the DNS"
            : "";
        return fault.Length > 0 ? null : new(domain, selector, algorithm.ToLowerInvariant(), names, bodyHash, signature)
        {
            Field = field.ToArray(),
            HeaderForm = forms.Header,
            BodyForm = forms.Body,
            BodyOctets = bodyOctets,
            ExpiresAt = expires <= DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.FromUnixTimeSeconds(expires) : null,
            IsForSubdomain = identity != domain,
        };
    }

    // sig-c-tag-alg = ("simple" / "relaxed") ["/" ("simple" / "relaxed")]; the body algorithm defaults to simple.
    static (Canonicalization Header, Canonicalization Body)? ParseForms(string? text)
    {
        var words = (text ?? DefaultCanonicalization).Split('/');
        return words.Length <= 2 && ParseForm(words[0]) is { } header && ParseForm(words.Length == 2 ? words[1] : "simple") is { } body
            ? (header, body)
            : null;
    }

    static Canonicalization? ParseForm(string word) => word switch
    {
        "simple" => Canonicalization.Simple,
        "relaxed" => Canonicalization.Relaxed,
        _ => null,
    };

    // 1*76DIGIT; a value too large for long counts as long.MaxValue.
    static long? ParseNumber(string? text, long absent) => text is null ? absent
        : text.Length is 0 or > 76 || !text.All(char.IsAsciiDigit) ? null
        : long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue;
}
