namespace AgentPost.Host.MailFiles;

/// <summary>The files of one exported folder. An incomplete file does not have its final name yet.</summary>
abstract class FolderFiles : IAsyncDisposable
{
    public abstract Task WriteAsync(StoredMessage message, CancellationToken cancellation);

    /// <summary>Gives the files their final names.</summary>
    public abstract Task CompleteAsync(CancellationToken cancellation);

    public abstract ValueTask DisposeAsync();

    /// <summary>Copies a message with LF line endings, unless that would change more than line endings.</summary>
    protected static async Task CopyAsync(StoredMessage message, Stream output, LineQuoting quoting, CancellationToken cancellation)
    {
        var keepsEnds = await message.HasDoubledReturnsAsync(cancellation);
        var lines = new LinePieces(message.Open());
        while (await lines.NextAsync(cancellation))
        {
            if (quoting is LineQuoting.Mboxrd && lines.StartsLine && FromLine.NeedsQuote(lines.Text.Span))
            {
                output.WriteByte((byte)'>');
            }
            await output.WriteAsync(lines.Text, cancellation);
            await output.WriteAsync(keepsEnds || !lines.EndsLine ? lines.End : LineFeed, cancellation);
        }
    }

    protected static ReadOnlyMemory<byte> LineFeed { get; } = "\n"u8.ToArray();

    /// <summary>Creates a file that only its owner can read, because it contains mail.</summary>
    protected static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 64 * 1024, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        return new(path, options);
    }

    protected static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}

/// <summary>How to quote lines that start with <c>From </c>.</summary>
enum LineQuoting
{
    None,
    Mboxrd,
}
