namespace AgentPost.Mime.Transfer;

/// <summary>
/// Decodes a Content-Transfer-Encoding (RFC 2045 §6) of bytes that arrive in pieces of any size; the result does not
/// depend on the pieces. Accepts any input: invalid bytes are skipped or kept unchanged. Use one instance per body. Not
/// thread-safe.
/// </summary>
public abstract class TransferDecoder
{
    /// <summary>Number of bytes that the output needs in addition to the length of the input.</summary>
    public const int Overhead = 256;

    /// <summary>
    /// Decodes bytes. Returns the number of bytes written. <paramref name="output"/> must be longer than the input by
    /// at least <see cref="Overhead"/>.
    /// </summary>
    public abstract int Decode(ReadOnlySpan<byte> encoded, Span<byte> output);

    /// <summary>
    /// Ends the body and writes the held bytes, at most <see cref="Overhead"/>. Returns their number.
    /// </summary>
    public abstract int Complete(Span<byte> output);

    /// <summary>
    /// Creates a decoder. Returns null if the encoding is unknown, so that the content cannot be decoded (RFC 3516
    /// §4.3: UNKNOWN-CTE).
    /// </summary>
    public static TransferDecoder? For(ContentTransferEncoding encoding) => encoding switch
    {
        ContentTransferEncoding.Base64 => new Base64Decoder(),
        ContentTransferEncoding.QuotedPrintable => new QuotedPrintableDecoder(),
        ContentTransferEncoding.Uuencode => new UuDecoder(),
        ContentTransferEncoding.Unknown => null,
        _ => new IdentityDecoder(),
    };
}
