namespace AgentPost.Mime.Transfer;

/// <summary>
/// Undoes a Content-Transfer-Encoding (RFC 2045 §6) of octets that arrive in pieces of any size; the result does not depend on the pieces. Takes anything: what is not
/// of the encoding is passed over or stays as it is. Used for one body, by one thread.
/// </summary>
public abstract class TransferDecoder
{
    /// <summary>Octets of room that the output needs beyond the length of the input.</summary>
    public const int Overhead = 256;

    /// <summary>Returns how many octets were written. <paramref name="output"/> is longer than the input by <see cref="Overhead"/> or more.</summary>
    public abstract int Decode(ReadOnlySpan<byte> encoded, Span<byte> output);

    /// <summary>Ends the body: writes what was held back, at most <see cref="Overhead"/> octets. Returns how many.</summary>
    public abstract int Complete(Span<byte> output);

    /// <summary>Null when the encoding is not known, so that its octets cannot be told (RFC 3516 §4.3: UNKNOWN-CTE).</summary>
    public static TransferDecoder? For(ContentTransferEncoding encoding) => encoding switch
    {
        ContentTransferEncoding.Base64 => new Base64Decoder(),
        ContentTransferEncoding.QuotedPrintable => new QuotedPrintableDecoder(),
        ContentTransferEncoding.Uuencode => new UuDecoder(),
        ContentTransferEncoding.Unknown => null,
        _ => new IdentityDecoder(),
    };
}
