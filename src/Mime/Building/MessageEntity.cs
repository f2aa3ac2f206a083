namespace AgentPost.Mime;

/// <summary>A message within the message: octet for octet, because RFC 2046 §5.2.1 forbids encodings for it.</summary>
sealed class MessageEntity(byte[] header, MessageFile message) : Entity(header, ContentTransferEncoding.EightBit)
{
    protected override async Task WriteBodyAsync(Stream output, CancellationToken cancellation)
    {
        await using var input = await message.Open(cancellation);
        await input.CopyToAsync(output, cancellation);
    }
}
