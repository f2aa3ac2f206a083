namespace AgentPost.Mime;

/// <summary>A file in base64 (RFC 2045 §6.8), encoded as it is read.</summary>
sealed class FileEntity(byte[] header, MessageFile file) : Entity(header, ContentTransferEncoding.SevenBit)
{
    const int LinesAtOnce = 512;

    protected override async Task WriteBodyAsync(Stream output, CancellationToken cancellation)
    {
        await using var input = await file.Open(cancellation);
        var content = new byte[LinesAtOnce * Base64Lines.Input];
        var lines = new byte[LinesAtOnce * Base64Lines.Output];
        int count;
        do
        {
            count = await input.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellation);
            await output.WriteAsync(lines.AsMemory(0, Base64Lines.Encode(content.AsSpan(0, count), lines)), cancellation);
        }
        while (count == content.Length);
    }
}
