using System.Text;
using AgentPost.Store.Model;

namespace AgentPost.Host.MailFiles;

/// <summary>
/// Exports a folder as an mbox file (mboxrd). When the file is complete, it replaces the one of an earlier export.
/// </summary>
sealed class MboxFiles : FolderFiles
{
    const string Unfinished = ".part";

    readonly string _path;
    readonly FileStream _file;

    /// <param name="root">Directory of the whole export.</param>
    public MboxFiles(string root, FolderName folder)
    {
        _path = Path.Combine([root, .. folder.Value.Split('/').Select(MboxName.Write)]) + MboxName.Ending;
        CreateDirectory(Path.GetDirectoryName(_path) ?? root);
        _file = Create(_path + Unfinished);
    }

    public override async Task WriteAsync(StoredMessage message, CancellationToken cancellation)
    {
        var row = message.Row;
        var top = FromLine.Format(row.InternalAt) + MboxFields.Format(message.Entry.Flags, message.Entry.Keywords, row.Size);
        await _file.WriteAsync(Encoding.UTF8.GetBytes(top), cancellation);
        await CopyAsync(message, _file, LineQuoting.Mboxrd, cancellation);
        if (!await EndsInLineFeedAsync(message, cancellation))
        {
            await _file.WriteAsync(LineFeed, cancellation);
        }
        await _file.WriteAsync(LineFeed, cancellation);
    }

    public override async Task CompleteAsync(CancellationToken cancellation)
    {
        await _file.FlushAsync(cancellation);
        _file.Flush(flushToDisk: true);
        File.Move(_path + Unfinished, _path, overwrite: true);
    }

    public override async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        File.Delete(_path + Unfinished);
    }

    static async ValueTask<bool> EndsInLineFeedAsync(StoredMessage message, CancellationToken cancellation) =>
        await message.LastOctetAsync(cancellation) is null or (byte)'\n';
}
