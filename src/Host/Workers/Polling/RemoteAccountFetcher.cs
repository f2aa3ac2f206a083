using System.Buffers;
using AgentPost.Protocol.Imap.Client;
using AgentPost.Store;

namespace AgentPost.Host.Workers.Polling;

/// <summary>Brings what is new in the mailbox of an account into the inbox, in order.</summary>
sealed class RemoteAccountFetcher(MailStore store, ImapClientSession session, RemoteAccount account, PollLease lease, long mostOctets)
{
    // Clocks differ.
    static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    /// <summary>All up to it have been filed or passed over.</summary>
    public PollPosition Position { get; private set; } = account.Position;

    /// <summary>What the last run passed over, and why; null: nothing.</summary>
    public string? Warning { get; private set; }

    public async Task RunAsync(CancellationToken cancellation)
    {
        Warning = null;
        var mailbox = await session.ExamineAsync(account.Settings.Mailbox, cancellation);
        foreach (var uid in await FindAsync(mailbox, cancellation))
        {
            await TakeAsync(uid, cancellation);
            Position = Position with { LastUid = uid };
        }
    }

    async Task<IReadOnlyList<uint>> FindAsync(SelectedMailbox mailbox, CancellationToken cancellation)
    {
        if (Position.UidValidity == mailbox.UidValidity)
        {
            return await session.SearchFromAsync(Position.LastUid + 1, cancellation);
        }
        // Opened for the first time, or numbered anew: of what is there, only what came since the watch began counts. The day is the server's, in its zone.
        var found = await session.SearchSinceAsync(DateOnly.FromDateTime(account.WatchedFrom.UtcDateTime.AddDays(-1)), cancellation);
        var next = mailbox.UidNext > 0 ? mailbox.UidNext : found is [.., var last] ? last + 1 : 1;
        Position = new(mailbox.UidValidity, found.Count > 0 ? 0 : next - 1, next);
        return found;
    }

    async Task TakeAsync(uint uid, CancellationToken cancellation)
    {
        await using var message = store.Appends.Receive();
        var fetched = await session.FetchAsync(uid, mostOctets, (octets, token) => WriteAsync(message, octets, token), cancellation);
        var isOld = uid < Position.RenumberedBelow && fetched.InternalAt < account.WatchedFrom - Slack;
        if (fetched.IsTooLong && !isOld)
        {
            Warning = $"Message {uid} has {fetched.Octets} octets, more than Limits:MessageSize allows: it was left there.";
        }
        if (isOld || fetched.IsTooLong || fetched.Octets is null or 0)
        {
            return;
        }
        await message.CompleteAsync(cancellation);
        if (await store.RemoteAccounts.StoreAsync(lease, Position with { LastUid = uid }, message, fetched.InternalAt, cancellation) is FetchResult.LeaseLost)
        {
            throw new LeaseLostException();
        }
    }

    // A NUL cannot be passed on by IMAP; other servers write this in its place.
    static ValueTask WriteAsync(IncomingMessage message, ReadOnlyMemory<byte> octets, CancellationToken cancellation)
    {
        if (octets.Span.Contains((byte)0))
        {
            var clean = octets.ToArray();
            clean.AsSpan().Replace((byte)0, (byte)0x80);
            octets = clean;
        }
        return message.WriteAsync(new ReadOnlySequence<byte>(octets), cancellation);
    }
}
