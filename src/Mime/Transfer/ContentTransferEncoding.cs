namespace AgentPost.Mime.Transfer;

/// <summary>Content-Transfer-Encoding (RFC 2045 §6).</summary>
public enum ContentTransferEncoding : byte
{
    SevenBit,
    EightBit,
    Binary,
    QuotedPrintable,
    Base64,
    Unknown,

    /// <summary>x-uuencode, which is older than MIME.</summary>
    Uuencode,
}
