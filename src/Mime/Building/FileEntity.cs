using System.Buffers.Text;

namespace AgentPost.Mime;

/// <summary>A file in base64 (RFC 2045 §6.8), encoded as it is read.</summary>
sealed class FileEntity(byte[] header, MessageFile file) : Entity(header, ContentTransferEncoding.SevenBit)
{
    const int LineInput = 57;
    const int LineOutput = 78;
    const int LinesAtOnce = 512;

    protected override async Task WriteBodyAsync(Stream output, CancellationToken cancellation)
    {
        await using var input = await file.Open(cancellation);
        var content = new byte[LinesAtOnce * LineInput];
        var lines = new byte[LinesAtOnce * LineOutput];
        int count;
        do
        {
            count = await input.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellation);
            await output.WriteAsync(lines.AsMemory(0, Encode(content.AsSpan(0, count), lines)), cancellation);
        }
        while (count == content.Length);
    }

    static int Encode(ReadOnlySpan<byte> content, Span<byte> lines)
    {
        var written = 0;
        while (!content.IsEmpty)
        {
            var line = content[..Math.Min(content.Length, LineInput)];
            content = content[line.Length..];
            Base64.EncodeToUtf8(line, lines[written..], out _, out var count);
            "\r\n"u8.CopyTo(lines[(written + count)..]);
            written += count + 2;
        }
        return written;
    }
}
