namespace AgentPost.Mime.Transfer;

/// <summary>Passes 7bit, 8bit and binary (RFC 2045 §6.2) on unchanged.</summary>
sealed class IdentityDecoder : TransferDecoder
{
    public override int Decode(ReadOnlySpan<byte> encoded, Span<byte> output)
    {
        encoded.CopyTo(output);
        return encoded.Length;
    }

    public override int Complete(Span<byte> output) => 0;
}
