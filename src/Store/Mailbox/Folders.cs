using AgentPost.Store.Data;
using AgentPost.Store.Model;
using AgentPost.Store.Writing;
using Dapper;
using Npgsql;

namespace AgentPost.Store.Mailbox;

/// <summary>The folders of an inbox.</summary>
public sealed class Folders
{
    readonly Database _database;
    readonly Writer _writer;
    readonly ListLimits _limits;

    internal Folders(Database database, Writer writer, ListLimits limits)
    {
        _limits = limits;
        _database = database;
        _writer = writer;
    }

    public Task<FolderList> ListAsync(InboxId inbox, CancellationToken cancellation) =>
        _database.ReadAsync(
            async (connection, token) =>
            {
                var folders = await connection.QueryAsync<FolderRow>(new(
                    "select folder_id as Id, name as Name, special_use as SpecialUse, uid_validity as UidValidity from folders where inbox_id = @inbox",
                    new { inbox = inbox.Value },
                    cancellationToken: token));
                var subscriptions = await connection.QueryAsync<string>(new(
                    "select name from subscriptions where inbox_id = @inbox", new { inbox = inbox.Value }, cancellationToken: token));
                return new FolderList(
                    [.. folders.Select(row => row.ToFolder()).OrderBy(folder => folder.Name, FolderOrder.Instance)],
                    [.. subscriptions.Select(FolderRow.NameOf).Order(FolderOrder.Instance)]);
            },
            cancellation);

    public Task<Folder?> FindAsync(InboxId inbox, FolderName name, CancellationToken cancellation) =>
        _database.ReadAsync(
            async (connection, token) =>
            {
                var row = await connection.QuerySingleOrDefaultAsync<FolderRow>(new(
                    """
                    select folder_id as Id, name as Name, special_use as SpecialUse, uid_validity as UidValidity
                    from folders where inbox_id = @inbox and name = @name
                    """,
                    new { inbox = inbox.Value, name = name.Value },
                    cancellationToken: token));
                return row?.ToFolder();
            },
            cancellation);

    /// <summary>
    /// Creates a folder and its missing parents (RFC 9051 §6.3.4). Throws StoreRefusedException: FolderExists,
    /// SpecialUseTaken, FolderLimit.
    /// </summary>
    public Task<Folder> CreateAsync(InboxId inbox, FolderName name, string? specialUse, CancellationToken cancellation) =>
        _writer.RunAsync(
            inbox,
            async (transaction, token) =>
            {
                var tree = await FolderTree.LockAsync(transaction, inbox, token);
                var folder = tree.Create(name, specialUse);
                await transaction.CommitAsync();
                return folder;
            },
            cancellation);

    /// <summary>
    /// Deletes a folder. Messages that had their last entry outside Trash in it move to Trash. Throws
    /// StoreRefusedException: FolderNotFound, FolderFixed (the four fixed folders), FolderHasChildren.
    /// </summary>
    public Task DeleteAsync(InboxId inbox, FolderName name, CancellationToken cancellation) =>
        _writer.RunAsync(
            inbox,
            async (transaction, token) =>
            {
                var tree = await FolderTree.LockAsync(transaction, inbox, token);
                await tree.DeleteAsync(name, token);
                await transaction.CommitAsync();
                return true;
            },
            cancellation);

    /// <summary>
    /// Renames a folder and all folders below it. Renaming INBOX moves its messages into a new folder (RFC 9051
    /// §6.3.6). Throws StoreRefusedException: FolderNotFound, FolderExists, FolderFixed (Sent, Drafts, Trash),
    /// FolderNameInvalid (into its own subtree, or too long), FolderLimit, AnnotationLimit.
    /// </summary>
    public Task RenameAsync(InboxId inbox, FolderName from, FolderName to, CancellationToken cancellation) =>
        _writer.RunAsync(
            inbox,
            async (transaction, token) =>
            {
                var tree = await FolderTree.LockAsync(transaction, inbox, token);
                await tree.RenameAsync(from, to, token);
                await transaction.CommitAsync();
                return true;
            },
            cancellation);

    /// <summary>
    /// Subscribes to a name, whether or not the folder exists. Throws StoreRefusedException: InboxNotFound,
    /// SubscriptionLimit.
    /// </summary>
    public async Task SubscribeAsync(InboxId inbox, FolderName name, CancellationToken cancellation)
    {
        await _database.TransactAsync(
            async (connection, token) =>
            {
                var values = new { inbox = inbox.Value, name = name.Value };
                // Lock the inbox, so that two concurrent subscriptions are counted one after the other.
                await connection.ExecuteAsync(
                    new(
                        "select from inboxes where inbox_id = @inbox for no key update", values,
                        cancellationToken: token));
                await connection.ExecuteAsync(new(
                    "insert into subscriptions (inbox_id, name) values (@inbox, @name) on conflict do nothing", values,
                    cancellationToken: token));
                if (await connection.ExecuteScalarAsync<long>(new(
                    "select count(*) from subscriptions where inbox_id = @inbox", values,
                    cancellationToken: token)) > _limits.Subscriptions)
                {
                    throw StoreRefusals.ListLimit(
                        Refusal.SubscriptionLimit, "subscriptions", _limits.Subscriptions, "Limits:Subscriptions");
                }
            },
            cancellation);
        _writer.NamesChanged(inbox);
    }

    public async Task UnsubscribeAsync(InboxId inbox, FolderName name, CancellationToken cancellation)
    {
        await _database.TransactAsync(
            (connection, token) => connection.ExecuteAsync(new(
                "delete from subscriptions where inbox_id = @inbox and name = @name",
                new { inbox = inbox.Value, name = name.Value }, cancellationToken: token)),
            cancellation);
        _writer.NamesChanged(inbox);
    }

    /// <summary>Returns the first UID that no session has claimed as <c>\Recent</c>.</summary>
    public async Task<Uid> FirstRecentAsync(FolderKey folder, CancellationToken cancellation) =>
        UidOf(await _database.ReadAsync(
            (connection, token) => QueryRecentAsync(
                connection, "select first_recent_uid from folders where inbox_id = @inbox and folder_id = @folder", folder, token),
            cancellation));

    /// <summary>
    /// Claims <c>\Recent</c>. Returns the first unclaimed UID: from it on, all current messages are recent for the
    /// caller only.
    /// </summary>
    public async Task<Uid> ClaimRecentAsync(FolderKey folder, CancellationToken cancellation) =>
        UidOf(await _database.WriteAsync(
            (connection, token) => QueryRecentAsync(
                connection,
                """
                with before as materialized (
                    select first_recent_uid from folders where inbox_id = @inbox and folder_id = @folder for update),
                claimed as (
                    update folders set first_recent_uid = uid_next from before
                    where inbox_id = @inbox and folder_id = @folder and folders.first_recent_uid <> uid_next)
                select first_recent_uid from before
                """,
                folder,
                token),
            cancellation));

    /// <summary>
    /// Claims <c>\Recent</c> below a UID for a session that has already reported the messages. A claim lost in a crash
    /// does no harm.
    /// </summary>
    public Task SettleRecentAsync(FolderKey folder, Uid before, CancellationToken cancellation) =>
        _database.WriteAsync(
            (connection, token) => connection.ExecuteAsync(new(
                """
                with waits as materialized (select set_config('synchronous_commit', 'off', true))
                update folders set first_recent_uid = @before from waits
                where inbox_id = @inbox and folder_id = @folder and first_recent_uid < @before
                """,
                new { inbox = folder.Inbox.Value, folder = folder.Folder.Value, before = (long)before.Value },
                cancellationToken: token)),
            cancellation);

    /// <summary>Returns the size of all messages in the folder in bytes (STATUS SIZE, RFC 8438).</summary>
    public Task<long> SizeAsync(FolderKey folder, CancellationToken cancellation) => SumSizesAsync(folder, "true", cancellation);

    /// <summary>
    /// Returns the size of the messages flagged <c>\Deleted</c> in bytes (STATUS DELETED-STORAGE, RFC 9208 §4.1.4).
    /// </summary>
    public Task<long> DeletedSizeAsync(FolderKey folder, CancellationToken cancellation) => SumSizesAsync(folder, "flags & 8 <> 0", cancellation);

    static Task<long?> QueryRecentAsync(NpgsqlConnection connection, string sql, FolderKey folder, CancellationToken cancellation) =>
        connection.ExecuteScalarAsync<long?>(new(
            sql, new { inbox = folder.Inbox.Value, folder = folder.Folder.Value }, cancellationToken: cancellation));

    Task<long> SumSizesAsync(FolderKey folder, string condition, CancellationToken cancellation) =>
        _database.ReadAsync(
            (connection, token) => connection.ExecuteScalarAsync<long>(new(
                $"select coalesce(sum(size), 0)::bigint from entries where inbox_id = @inbox and folder_id = @folder and uid between @First and @Last and {condition}",
                new { inbox = folder.Inbox.Value, folder = folder.Folder.Value, UidFilter.First, UidFilter.Last },
                cancellationToken: token)),
            cancellation);

    static Uid UidOf(long? column) => column is { } uid ? new((uint)uid) : throw StoreRefusals.FolderNotFound();
}
