namespace AgentPost.Mime;

/// <summary>A part about to be sent (RFC 2045 §2.4): its header is whole, its body is written on demand and as often as asked.</summary>
abstract class Entity(byte[] header, ContentTransferEncoding encoding)
{
    /// <summary>What the parts around must declare too (RFC 2045 §6.4).</summary>
    public ContentTransferEncoding Encoding { get; } = encoding;

    public async Task WriteAsync(Stream output, CancellationToken cancellation)
    {
        await output.WriteAsync(header, cancellation);
        await WriteBodyAsync(output, cancellation);
    }

    protected abstract Task WriteBodyAsync(Stream output, CancellationToken cancellation);
}
