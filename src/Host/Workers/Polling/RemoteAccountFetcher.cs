using AgentPost.Host.Remote;
using AgentPost.Host.Workers.Supervision;
using AgentPost.Store;
using AgentPost.Store.Remote;
using AgentPost.Store.Spooling;

namespace AgentPost.Host.Workers.Polling;

/// <summary>Fetches the new messages of a remote mailbox into the inbox, in order.</summary>
sealed class RemoteAccountFetcher(
    MailStore store, RemoteImapSession session, RemoteAccount account, PollLease lease, long maxSize)
{
    const int BatchSize = 100;

    // Some servers report only an estimate, so skip a message only if its reported size is far above the limit.
    const int SizeTolerance = 2;

    // The clocks of the two servers may differ.
    static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    /// <summary>Position up to which all messages have been stored or skipped.</summary>
    public PollPosition Position { get; private set; } = account.Position;

    /// <summary>The message that the last run skipped, and why. Null if it skipped none.</summary>
    public string? Warning { get; private set; }

    public async Task RunAsync(CancellationToken cancellation)
    {
        Warning = null;
        var mailbox = await session.ExamineAsync(account.Settings.Mailbox, cancellation);
        foreach (var batch in (await FindAsync(mailbox, cancellation)).Chunk(BatchSize))
        {
            var described = await session.DescribeAsync(batch, cancellation);
            foreach (var uid in batch)
            {
                await FetchAsync(uid, described.GetValueOrDefault(uid), cancellation);
                Position = Position with { LastUid = uid };
            }
        }
    }

    async Task<IReadOnlyList<uint>> FindAsync(OpenedMailbox mailbox, CancellationToken cancellation)
    {
        if (Position.UidValidity == mailbox.UidValidity)
        {
            return await session.SearchFromAsync(Position.LastUid + 1, cancellation);
        }
        // First poll, or new UIDVALIDITY: fetch only mail received since polling started. SEARCH SINCE compares days in
        // the server's time zone.
        var day = DateOnly.FromDateTime(account.WatchedFrom.UtcDateTime.AddDays(-1));
        var found = await session.SearchSinceAsync(day, cancellation);
        if (found.Count == 0 && mailbox.UidNext == 0)
        {
            // Nothing tells old UIDs from new ones: the date of each message decides.
            Position = new(mailbox.UidValidity, 0, uint.MaxValue);
            return found;
        }
        var next = mailbox.UidNext > 0 ? mailbox.UidNext : found[^1] + 1;
        Position = new(mailbox.UidValidity, found.Count > 0 ? 0 : next - 1, next);
        return found;
    }

    async Task FetchAsync(uint uid, RemoteMessage? described, CancellationToken cancellation)
    {
        if (uid < Position.RenumberedBelow && described?.InternalAt < account.WatchedFrom - Slack)
        {
            return;
        }
        if (described?.Size is { } reported && reported / SizeTolerance > maxSize)
        {
            Skip(uid, reported);
            return;
        }
        await using var message = store.Appends.Receive();
        var size = await session.FetchAsync(uid, maxSize, message.Write, cancellation);
        if (size > maxSize)
        {
            Skip(uid, size.Value);
        }
        else if (size > 0)
        {
            await StoreAsync(uid, message, described?.InternalAt, cancellation);
        }
    }

    async Task StoreAsync(uint uid, IncomingMessage message, DateTimeOffset? internalAt, CancellationToken cancellation)
    {
        await message.CompleteAsync(cancellation);
        var position = Position with { LastUid = uid };
        var result = await store.RemoteAccounts.StoreAsync(lease, position, message, internalAt, cancellation);
        if (result is FetchResult.LeaseLost)
        {
            throw new LeaseLostException();
        }
    }

    void Skip(uint uid, long size) =>
        Warning = $"Message {uid} has {size} bytes, more than Limits:MessageSize allows. It was not fetched.";
}
