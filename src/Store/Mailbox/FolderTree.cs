using AgentPost.Store.Data;
using AgentPost.Store.Events;
using AgentPost.Store.Model;
using AgentPost.Store.Writing;
using Dapper;

namespace AgentPost.Store.Mailbox;

/// <summary>The folders of a locked inbox, for changing them. Statements are sent with the commit.</summary>
sealed class FolderTree
{
    static readonly FolderName[] Fixed = [FolderName.Inbox, FolderName.Sent, FolderName.Drafts, FolderName.Trash];

    readonly WriteTransaction _transaction;
    readonly InboxLock _inbox;
    readonly Dictionary<FolderName, FolderId> _folders;
    readonly HashSet<string> _specialUses;

    FolderTree(WriteTransaction transaction, InboxLock inbox, IReadOnlyCollection<(int Id, string Name, string? SpecialUse)> rows)
    {
        _transaction = transaction;
        _inbox = inbox;
        _folders = rows.ToDictionary(row => FolderRow.NameOf(row.Name), row => new FolderId(row.Id));
        _specialUses = [.. rows.SelectMany(row => UsesOf(row.SpecialUse))];
    }

    /// <summary>Locks the inbox and reads its folders. Throws StoreRefusedException: InboxNotFound.</summary>
    public static async Task<FolderTree> LockAsync(WriteTransaction transaction, InboxId inbox, CancellationToken cancellation)
    {
        var locked = await transaction.LockInboxAsync(inbox, cancellation);
        locked.MarkNamesChanged();
        var rows = await transaction.Connection.QueryAsync<(int Id, string Name, string? SpecialUse)>(new(
            "select folder_id, name, special_use from folders where inbox_id = @inbox", new { inbox = inbox.Value }, cancellationToken: cancellation));
        return new(transaction, locked, rows.AsList());
    }

    /// <summary>
    /// Creates a folder and its missing parents. If no special use is given, a folder with a well-known name gets the
    /// special use of that name, unless another folder has it, so that other clients find it. Throws
    /// StoreRefusedException: FolderExists, SpecialUseTaken, FolderLimit.
    /// </summary>
    public Folder Create(FolderName name, string? specialUse)
    {
        if (_folders.ContainsKey(name))
        {
            throw new StoreRefusedException(Refusal.FolderExists, $"There is a folder {name} already.");
        }
        // A client that searches for the folder with a special use must find exactly one.
        if (Array.Find(UsesOf(specialUse), _specialUses.Contains) is { } taken)
        {
            throw new StoreRefusedException(Refusal.SpecialUseTaken, $"There is a folder for {taken} already.");
        }
        specialUse ??= WellKnownFolders.UseOf(name) is { } use && !_specialUses.Contains(use) ? use : null;
        _specialUses.UnionWith(UsesOf(specialUse));
        CreateParents(name);
        if (_folders.Count >= _transaction.Limits.Folders)
        {
            throw StoreRefusals.ListLimit(
                Refusal.FolderLimit, "folders", _transaction.Limits.Folders, "Limits:Folders");
        }
        var folder = new Folder(_inbox.TakeFolderId(), name, specialUse, _inbox.TakeUidValidity(_transaction.Now));
        _folders.Add(name, folder.Id);
        _transaction.AtCommit(
            "insert into folders (inbox_id, folder_id, name, special_use, uid_validity, modseq) values ($1, $2, $3, $4, $5, $6)",
            _inbox.Inbox.Value, folder.Id.Value, name.Value, specialUse, (long)folder.UidValidity.Value, _inbox.ModSeq.Value);
        return folder;
    }

    public async Task DeleteAsync(FolderName name, CancellationToken cancellation)
    {
        var id = Find(name);
        RefuseFixed(Fixed.Contains(name), name, "deleted");
        if (_folders.Keys.Any(other => other.IsBelow(name)))
        {
            throw new StoreRefusedException(Refusal.FolderHasChildren, $"{name} has folders below it: delete those first.");
        }
        var folder = await _transaction.OpenFolderAsync(_inbox, id, cancellation);
        await Removal.RemoveAsync(_transaction, folder, UidFilter.All, "true", cancellation);
        await Removal.FallAsync(_transaction, folder, cancellation);
        _transaction.Notes.TellRemoved(folder, folder.Expunged);
        folder.MarkGone();
        Annotations.Delete(_transaction, folder.Key);
        _transaction.AtCommit("delete from folders where inbox_id = $1 and folder_id = $2", _inbox.Inbox.Value, id.Value);
    }

    public async Task RenameAsync(FolderName from, FolderName to, CancellationToken cancellation)
    {
        var id = Find(from);
        RefuseFixed(from != FolderName.Inbox && Fixed.Contains(from), from, "renamed");
        if (_folders.ContainsKey(to))
        {
            throw new StoreRefusedException(Refusal.FolderExists, $"There is a folder {to} already.");
        }
        if (from == FolderName.Inbox)
        {
            await MoveInboxAsync(id, to, cancellation);
            return;
        }
        if (to.IsBelow(from))
        {
            throw new StoreRefusedException(Refusal.FolderNameInvalid, $"{from} cannot be moved below itself.");
        }
        CreateParents(to);
        foreach (var (name, folder) in _folders.Where(folder => folder.Key == from || folder.Key.IsBelow(from)).ToArray())
        {
            _transaction.AtCommit(
                "update folders set name = $3 where inbox_id = $1 and folder_id = $2",
                _inbox.Inbox.Value, folder.Value, Renamed(name, from, to).Value);
        }
    }

    /// <summary>INBOX itself stays, and so do the folders below it.</summary>
    async Task MoveInboxAsync(FolderId inbox, FolderName to, CancellationToken cancellation)
    {
        // The commit inserts the new folder's row, before its change log. Until then, only this transaction knows the
        // folder.
        var created = Create(to, null);
        var from = await _transaction.OpenFolderAsync(_inbox, inbox, cancellation);
        var target = _transaction.AddCreated(_inbox, created);
        var copied = await Copies.CopyAsync(_transaction, from, UidFilter.All, target, cancellation);
        await Annotations.CopyAsync(_transaction, from.Key, created.Id, cancellation);
        await Removal.RemoveAsync(_transaction, from, UidFilter.All, "true", cancellation);
        _transaction.Notes.Tell(EventType.MessageMoved, target, copied.Destination, from.Name);
    }

    void CreateParents(FolderName name)
    {
        if (name.Parent is { } parent && !_folders.ContainsKey(parent))
        {
            Create(parent, null);
        }
    }

    static string[] UsesOf(string? specialUse) => specialUse?.Split(' ') ?? [];

    FolderId Find(FolderName name) => _folders.TryGetValue(name, out var id) ? id : throw StoreRefusals.FolderNotFound();

    static FolderName Renamed(FolderName name, FolderName from, FolderName to) =>
        FolderName.TryParse(string.Concat(to.Value, name.Value.AsSpan(from.Value.Length)), out var renamed)
            ? renamed
            : throw new StoreRefusedException(Refusal.FolderNameInvalid, $"The name of {name} would become too long.");

    static void RefuseFixed(bool isFixed, FolderName name, string what)
    {
        if (isFixed)
        {
            throw new StoreRefusedException(Refusal.FolderFixed, $"{name} cannot be {what}.");
        }
    }
}
