using AgentPost.Host.Settings;
using AgentPost.Store;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;

namespace AgentPost.Host.MailFiles;

/// <summary>
/// Imports messages from files into an inbox, many per transaction. Skips messages that are already in the folder.
/// </summary>
/// <param name="target">Folder for messages without a folder, and parent of the folders in the files. Null for INBOX,
/// and for folders with their own names.</param>
sealed class MailImport(MailStore store, InboxId inbox, FolderName? target, WorkProgress progress)
{
    const int MostMessages = 100;
    const long MostOctets = 8 * 1024 * 1024;

    // Maximum number of skipped keywords that are listed.
    const int MaxNamed = 20;

    readonly Dictionary<string, FolderKey> _folders = [];
    readonly SortedSet<string> _leftOut = new(StringComparer.OrdinalIgnoreCase);

    public long Imported { get; private set; }

    /// <summary>Number of messages that were already in the folder.</summary>
    public long Present { get; private set; }

    public long Failed { get; private set; }

    public async Task RunAsync(IReadOnlyList<MailSource> sources, CancellationToken cancellation)
    {
        foreach (var source in sources)
        {
            await using var batch = new Batch();
            var folder = await FolderAsync(source.Folder, cancellation);
            await foreach (var found in source.ReadAsync(store.Appends.Receive, octets => progress.Advance(octets), cancellation))
            {
                if (found.Problem is { } problem)
                {
                    Fail(found, problem);
                    await found.DisposeAsync();
                    continue;
                }
                batch.Add(found);
                if (batch.Messages.Count >= MostMessages || batch.Octets >= MostOctets)
                {
                    await FileAsync(folder, batch, cancellation);
                }
            }
            await FileAsync(folder, batch, cancellation);
        }
        if (_leftOut.Count > 0)
        {
            progress.Tell(
                $"Keywords left out, because a folder takes at most 500 different ones from files: {string.Join(", ", _leftOut.Take(MaxNamed))}{(_leftOut.Count > MaxNamed ? $" and {_leftOut.Count - MaxNamed} more" : "")}.");
        }
    }

    async Task FileAsync(FolderKey folder, Batch batch, CancellationToken cancellation)
    {
        if (!await TryFileAsync(folder, batch.Messages, _ => { }, cancellation))
        {
            // A message that cannot be stored must not prevent the import of the others.
            foreach (var message in batch.Messages)
            {
                await TryFileAsync(folder, [message], reason => Fail(message, $"was refused ({reason})"), cancellation);
            }
        }
        await batch.ClearAsync();
    }

    async Task<bool> TryFileAsync(FolderKey folder, IReadOnlyList<FoundMessage> messages, Action<string> tell, CancellationToken cancellation)
    {
        try
        {
            var items = messages.Select(found => new AppendItem(found.Message, found.Flags, found.Keywords, found.DatedAt)).ToList();
            var uids = await store.Imports.ImportAsync(folder, items, _leftOut, cancellation);
            Imported += uids.Count(uid => uid is not null);
            Present += uids.Count(uid => uid is null);
            return true;
        }
        catch (Exception failure) when (failure is not (StoreUnavailableException or OperationCanceledException or OutOfMemoryException))
        {
            tell(failure.Message);
            return false;
        }
    }

    void Fail(FoundMessage found, string problem)
    {
        Failed++;
        progress.Tell($"{found.Place} {problem}.");
    }

    async Task<FolderKey> FolderAsync(string path, CancellationToken cancellation)
    {
        if (_folders.TryGetValue(path, out var known))
        {
            return known;
        }
        var name = NameOf(path);
        var folder = await store.Folders.FindAsync(inbox, name, cancellation) ?? await CreateAsync(name, cancellation);
        return _folders[path] = new(inbox, folder.Id);
    }

    async Task<Folder> CreateAsync(FolderName name, CancellationToken cancellation)
    {
        var folder = await store.Folders.CreateAsync(inbox, name, null, cancellation);
        await store.Folders.SubscribeAsync(inbox, name, cancellation);
        return folder;
    }

    FolderName NameOf(string path)
    {
        var full = path.Length == 0 ? target?.Value ?? FolderName.Inbox.Value : target is null ? path : $"{target}/{path}";
        var allowed = string.Concat(full.Select(c => c is '\u2028' or '\u2029' || char.IsControl(c) ? '_' : c));
        return FolderName.TryParse(allowed, out var name)
            ? name
            : throw new CommandException($"There can be no folder {full}: rename what is to be imported, or import its parts one by one with --folder.");
    }

    /// <summary>Messages that are stored together. The batch owns them until they are stored.</summary>
    sealed class Batch : IAsyncDisposable
    {
        public List<FoundMessage> Messages { get; } = [];

        public long Octets { get; private set; }

        public void Add(FoundMessage message)
        {
            Messages.Add(message);
            Octets += message.Message.Octets;
        }

        public async ValueTask ClearAsync()
        {
            foreach (var message in Messages)
            {
                await message.DisposeAsync();
            }
            Messages.Clear();
            Octets = 0;
        }

        public ValueTask DisposeAsync() => ClearAsync();
    }
}
