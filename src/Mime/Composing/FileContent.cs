using MimeKit;

namespace AgentPost.Mime.Composing;

/// <summary>The content of a file, opened only when the message is written, so that memory stays bounded.</summary>
sealed class FileContent(MessageFile file) : IMimeContent
{
    const int PieceBytes = 48 * 1024;

    public ContentEncoding Encoding => ContentEncoding.Default;

    public NewLineFormat? NewLineFormat => null;

    public Stream? Stream => null;

    public async Task WriteToAsync(Stream stream, CancellationToken cancellationToken)
    {
        await using var input = await file.Open(cancellationToken);
        await input.CopyToAsync(stream, PieceBytes, cancellationToken);
    }

    public Task DecodeToAsync(Stream stream, CancellationToken cancellationToken) =>
        WriteToAsync(stream, cancellationToken);

    public Stream Open() => throw OnlyAsync();

    public void WriteTo(Stream stream, CancellationToken cancellationToken) => throw OnlyAsync();

    public void DecodeTo(Stream stream, CancellationToken cancellationToken) => throw OnlyAsync();

    public void Dispose()
    {
    }

    static NotSupportedException OnlyAsync() => new("The content of a file is read asynchronously.");
}
