using System.Globalization;
using AgentPost.Store.Model;

namespace AgentPost.Host.MailFiles;

/// <summary>
/// Exports a folder as a Maildir. If an earlier export wrote a message, recognized by its file name, only its flags are
/// updated. An interrupted export can therefore be continued.
/// </summary>
sealed class MaildirFiles : FolderFiles
{
    const string FolderMark = "maildirfolder";

    readonly string _directory;
    readonly Dictionary<string, string> _present;
    readonly List<string> _keywords;
    readonly Action<string> _tell;
    bool _isFull;

    /// <param name="root">Directory of the whole export, which is INBOX.</param>
    /// <param name="tell">Receives messages about what cannot be exported.</param>
    public MaildirFiles(string root, FolderName folder, Action<string> tell)
    {
        _tell = tell;
        _directory = folder == FolderName.Inbox ? root : Path.Combine(root, MaildirName.WriteFolder(folder));
        foreach (var part in new[] { "tmp", "new", "cur" })
        {
            CreateDirectory(Path.Combine(_directory, part));
        }
        if (folder != FolderName.Inbox)
        {
            // This file distinguishes a Maildir++ folder from a Maildir.
            Create(Path.Combine(_directory, FolderMark)).Dispose();
        }
        _present = Directory.EnumerateFiles(Path.Combine(_directory, "cur")).Concat(Directory.EnumerateFiles(Path.Combine(_directory, "new")))
            .GroupBy(path => UniqueOf(Path.GetFileName(path))).ToDictionary(group => group.Key, group => group.First());
        _keywords = [.. MaildirName.ReadKeywords(_directory).Select(name => name ?? "")];
    }

    public override async Task WriteAsync(StoredMessage message, CancellationToken cancellation)
    {
        var unique = NameOf(message);
        var final = Path.Combine(_directory, "cur", unique + MaildirName.WriteFlags(message.Entry.Flags, message.Entry.Keywords, LetterOf));
        if (!_present.TryGetValue(unique, out var written))
        {
            written = Path.Combine(_directory, "tmp", unique);
            await using (var file = Create(written))
            {
                await CopyAsync(message, file, LineQuoting.None, cancellation);
            }
            File.SetLastWriteTimeUtc(written, message.Row.InternalAt.UtcDateTime);
        }
        if (written != final)
        {
            File.Move(written, final, overwrite: true);
        }
    }

    public override async Task CompleteAsync(CancellationToken cancellation)
    {
        if (_keywords.Count == 0)
        {
            return;
        }
        var path = Path.Combine(_directory, MaildirName.KeywordFile);
        var lines = _keywords.Select((name, number) => string.Create(CultureInfo.InvariantCulture, $"{number} {name}\n"));
        await File.WriteAllTextAsync(path + ".part", string.Concat(lines), cancellation);
        File.Move(path + ".part", path, overwrite: true);
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    static string NameOf(StoredMessage message) => string.Create(CultureInfo.InvariantCulture,
        $"{message.Row.InternalAt.ToUnixTimeSeconds()}.{message.Row.MessageId}V{message.UidValidity.Value}U{message.Entry.Uid}.agentpost");

    static string UniqueOf(string file) => file.Split(MaildirName.Mark)[0];

    char? LetterOf(string keyword)
    {
        var number = _keywords.FindIndex(name => name.Equals(keyword, StringComparison.OrdinalIgnoreCase));
        if (number < 0 && _keywords.Count < MaildirName.MostKeywords)
        {
            number = _keywords.Count;
            _keywords.Add(keyword);
        }
        if (number < 0 && !_isFull)
        {
            _isFull = true;
            _tell($"{_directory}: a Maildir folder has letters for {MaildirName.MostKeywords} keywords; {keyword} and those after it are left out. An mbox has room for all.");
        }
        return number < 0 ? null : (char)('a' + number);
    }
}
