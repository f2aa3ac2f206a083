namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>A private key that signs mail of a domain (RFC 6376 §3.3). Thread-safe.</summary>
/// <param name="selector">Names the key in the DNS: its record is at <c>selector._domainkey.domain</c>.</param>
/// <param name="type">The k= tag of its record.</param>
public abstract class DkimSigningKey(string selector, string type)
{
    /// <summary>RSA with 2048 bits, which every verifier supports.</summary>
    public const string Rsa = "rsa";

    /// <summary>Ed25519 (RFC 8463): short records and signatures, supported by fewer verifiers.</summary>
    public const string Ed25519 = "ed25519";

    public string Selector { get; } = selector;

    public string Type { get; } = type;

    /// <summary>The TXT record that publishes the key (RFC 6376 §3.6.1).</summary>
    public string Record => $"v=DKIM1; k={Type}; p={Convert.ToBase64String(PublicKey())}";

    /// <summary>Creates a private key of this type, in PKCS #8.</summary>
    public static byte[] Create(string type) => type switch
    {
        Rsa => RsaSigningKey.Create(),
        Ed25519 => Ed25519SigningKey.Create(),
        _ => throw UnknownType(type),
    };

    /// <param name="key">PKCS #8.</param>
    public static DkimSigningKey Open(string selector, string type, ReadOnlyMemory<byte> key) => type switch
    {
        Rsa => new RsaSigningKey(selector, key),
        Ed25519 => new Ed25519SigningKey(selector, key),
        _ => throw UnknownType(type),
    };

    /// <summary>The DNS name of the record of a key (RFC 6376 §3.6.2.1).</summary>
    public static string RecordName(string selector, string domain) => $"{selector}._domainkey.{domain}";

    /// <summary>Returns true if a TXT record verifies the signatures of this key.</summary>
    public bool IsVerifiedBy(string record) =>
        DkimKey.Parse(record) is { } published
        && published.Type == Type
        && published.Verify("probe"u8, Sign("probe"u8)) is { IsValid: true };

    /// <summary>The public key in the form of the p= tag.</summary>
    internal abstract byte[] PublicKey();

    /// <summary>Signs canonical header fields: SHA-256, then the algorithm of the key.</summary>
    internal abstract byte[] Sign(ReadOnlySpan<byte> fields);

    static ArgumentOutOfRangeException UnknownType(string type) =>
        new(nameof(type), type, "There are no DKIM keys of this type.");
}
