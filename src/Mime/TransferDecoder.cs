namespace AgentPost.Mime;

/// <summary>Undoes a Content-Transfer-Encoding (RFC 2045 §6) of octets that arrive in pieces of any size. Takes anything.</summary>
abstract class TransferDecoder
{
    /// <summary>Room that the output needs beyond the length of the input.</summary>
    public const int Overhead = 2;

    /// <summary>Returns how many octets were written.</summary>
    public abstract int Decode(ReadOnlySpan<byte> encoded, Span<byte> output);

    /// <summary>What is encoded in an unknown way stays as it is.</summary>
    public static TransferDecoder For(ContentTransferEncoding encoding) => encoding switch
    {
        ContentTransferEncoding.Base64 => new Base64Decoder(),
        ContentTransferEncoding.QuotedPrintable => new QuotedPrintableDecoder(),
        _ => new Identity(),
    };

    sealed class Identity : TransferDecoder
    {
        public override int Decode(ReadOnlySpan<byte> encoded, Span<byte> output)
        {
            encoded.CopyTo(output);
            return encoded.Length;
        }
    }
}
