namespace AgentPost.Mime;

/// <summary>A part whose encoded body lies in memory.</summary>
sealed class OctetsEntity(byte[] header, ContentTransferEncoding encoding, byte[] body) : Entity(header, encoding)
{
    protected override Task WriteBodyAsync(Stream output, CancellationToken cancellation) => output.WriteAsync(body, cancellation).AsTask();
}
