namespace AgentPost.Mime;

/// <summary>Parts between delimiters (RFC 2046 §5.1.1).</summary>
sealed class MultipartEntity(byte[] header, string boundary, IReadOnlyList<Entity> parts) : Entity(header, EncodingOf(parts))
{
    readonly byte[] _delimiter = System.Text.Encoding.ASCII.GetBytes($"--{boundary}\r\n");
    readonly byte[] _nextDelimiter = System.Text.Encoding.ASCII.GetBytes($"\r\n--{boundary}\r\n");
    readonly byte[] _closeDelimiter = System.Text.Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n");

    public static ContentTransferEncoding EncodingOf(IReadOnlyList<Entity> parts) =>
        parts.Any(p => p.Encoding == ContentTransferEncoding.EightBit) ? ContentTransferEncoding.EightBit : ContentTransferEncoding.SevenBit;

    protected override async Task WriteBodyAsync(Stream output, CancellationToken cancellation)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            await output.WriteAsync(i == 0 ? _delimiter : _nextDelimiter, cancellation);
            await parts[i].WriteAsync(output, cancellation);
        }
        await output.WriteAsync(_closeDelimiter, cancellation);
    }
}
