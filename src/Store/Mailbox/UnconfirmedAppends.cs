using System.Collections.Concurrent;
using System.Diagnostics;
using AgentPost.Store.Data;
using AgentPost.Store.Model;
using AgentPost.Store.Spooling;

namespace AgentPost.Store.Mailbox;

/// <summary>
/// Remembers appends whose commit was not confirmed. The client was asked to retry, so the same messages in the same
/// folder soon after are the retry, which must not store them twice if the first try was committed. Covers this
/// instance only. Bounded memory. Thread-safe.
/// </summary>
sealed class UnconfirmedAppends(Database database)
{
    const int MaxRemembered = 1000;

    static readonly TimeSpan Memory = TimeSpan.FromMinutes(30);

    readonly ConcurrentDictionary<(FolderKey Folder, string Digest), Attempt> _attempts = [];

    /// <summary>Remembers the result that an append would have returned, and the messages that it created.</summary>
    public async Task AddAsync(
        FolderKey folder, IReadOnlyList<AppendItem> items, AppendResult result, IEnumerable<MessageId> messages,
        CancellationToken cancellation)
    {
        RemoveOld();
        if (_attempts.Count < MaxRemembered)
        {
            _attempts[(folder, await DigestAsync(items, cancellation))] =
                new(result, [.. messages.Select(message => message.Value)], Stopwatch.GetTimestamp());
        }
    }

    /// <summary>
    /// Returns the result of the first try if it was committed and every synchronous standby has it now. Returns null
    /// if the messages must be appended.
    /// </summary>
    public async Task<AppendResult?> FindAsync(
        FolderKey folder, IReadOnlyList<AppendItem> items, CancellationToken cancellation)
    {
        RemoveOld();
        if (!_attempts.Keys.Any(attempt => attempt.Folder == folder))
        {
            return null;
        }
        var key = (folder, await DigestAsync(items, cancellation));
        if (!_attempts.TryGetValue(key, out var first))
        {
            return null;
        }
        // The first try may still wait for a standby: it is visible only afterwards.
        await database.ConfirmAsync(cancellation);
        var isThere = await AreThereAsync(folder, first, cancellation);
        if (isThere)
        {
            await database.ConfirmAsync(cancellation);
        }
        // Only for the retry: a third append is another message.
        return _attempts.TryRemove(key, out _) && isThere ? first.Result : null;
    }

    // False if a failover lost them: other messages may have their UIDs then.
    Task<bool> AreThereAsync(FolderKey folder, Attempt first, CancellationToken cancellation) =>
        database.ReadAsync(
            async (connection, token) =>
            {
                await using var command = connection.Command(
                    """
                    select count(*) from entries
                    where inbox_id = $1 and folder_id = $2 and uid = any($3) and message_id = any($4)
                    """,
                    folder.Inbox.Value, folder.Folder.Value,
                    first.Result.Uids.Select(uid => (long)uid.Value).ToArray(), first.Messages);
                return await command.ExecuteScalarAsync(token) is long count && count == first.Messages.Length;
            },
            cancellation);

    void RemoveOld()
    {
        foreach (var (key, attempt) in _attempts)
        {
            if (Stopwatch.GetElapsedTime(attempt.At) > Memory)
            {
                _attempts.TryRemove(key, out _);
            }
        }
    }

    static async Task<string> DigestAsync(IReadOnlyList<AppendItem> items, CancellationToken cancellation)
    {
        var digests = new List<string>(items.Count);
        foreach (var item in items)
        {
            await item.Message.RestoreAsync(cancellation);
            digests.Add(await ContentDigest.OfAsync(item.Message, cancellation));
            item.Message.Forget();
        }
        return string.Join(' ', digests);
    }

    sealed record Attempt(AppendResult Result, Guid[] Messages, long At);
}
