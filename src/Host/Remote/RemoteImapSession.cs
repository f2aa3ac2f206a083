using System.Globalization;
using AgentPost.Store.Remote;
using MailKit;
using MailKit.Net.Imap;

namespace AgentPost.Host.Remote;

/// <summary>
/// A read-only session with a remote IMAP server. Every step has a timeout, and the bytes that the server may send are
/// limited. Every failure of the server is a <see cref="RemoteServerException"/>; after one, or after a cancellation,
/// the session is unusable. Not thread-safe.
/// </summary>
sealed class RemoteImapSession : IAsyncDisposable
{
    /// <summary>
    /// Maximum bytes in the response to a command. Some servers have long lists of folders and flags.
    /// </summary>
    public const int CommandBytes = 4 * 1024 * 1024;

    const int SearchBytes = 16 * 1024 * 1024;
    const int SummaryBytes = 4 * 1024;

    readonly ImapConnection _connection;
    ImapFolder? _folder;
    int _count;
    bool _isIdleRejected;
    TaskCompletionSource _newMail = NewSignal();

    RemoteImapSession(ImapConnection connection) => _connection = connection;

    /// <summary>The TLS mode in use.</summary>
    public RemoteTls Tls => _connection.Server.Tls;

    public bool CanIdle => !_isIdleRejected && _connection.Client.Capabilities.HasFlag(ImapCapabilities.Idle);

    ImapTimeouts Timeouts => _connection.Server.Timeouts;

    ImapFolder Folder => _folder ?? throw new InvalidOperationException("No mailbox is open.");

    /// <summary>Connects and logs in. The caller disposes the session.</summary>
    public static async Task<RemoteImapSession> OpenAsync(
        ImapServerEndpoint server, RemoteLogin login, ILogger logger, CancellationToken cancellation)
    {
        var session = new RemoteImapSession(await ImapConnection.OpenAsync(server, logger, cancellation));
        try
        {
            await session.RunAsync(
                CommandBytes, token => ImapLogin.RunAsync(session._connection, login, token), cancellation);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a mailbox read-only (EXAMINE).</summary>
    public async Task<OpenedMailbox> ExamineAsync(string mailbox, CancellationToken cancellation)
    {
        await RunAsync(
            CommandBytes,
            async token =>
            {
                _folder ??= Watched(await _connection.Client.GetFolderAsync(mailbox, token));
                await _folder.OpenAsync(FolderAccess.ReadOnly, token);
            },
            cancellation);
        (_count, _newMail) = (Folder.Count, NewSignal());
        return new(Folder.UidValidity, Folder.UidNext?.Id ?? 0);
    }

    /// <summary>Finds the UIDs of all messages starting at a UID, ascending.</summary>
    public async Task<IReadOnlyList<uint>> SearchFromAsync(uint first, CancellationToken cancellation)
    {
        // n:* always includes the last message, even if its UID is lower than n.
        var found = await SearchAsync(string.Create(CultureInfo.InvariantCulture, $"UID {first}:*"), cancellation);
        return [.. found.Where(uid => uid >= first)];
    }

    /// <summary>
    /// Finds the UIDs of the messages that arrived on or after a day in the server's time zone, ascending.
    /// </summary>
    public Task<IReadOnlyList<uint>> SearchSinceAsync(DateOnly day, CancellationToken cancellation) =>
        SearchAsync(string.Create(CultureInfo.InvariantCulture, $"SINCE {day:d-MMM-yyyy}"), cancellation);

    /// <summary>Finds the UIDs of the messages that match a search key (RFC 9051 §6.4.4), ascending.</summary>
    public async Task<IReadOnlyList<uint>> SearchAsync(string key, CancellationToken cancellation)
    {
        var results = await _connection.RunAsync(
            Timeouts.Command, SearchBytes, token => Folder.SearchAsync(key, token), cancellation);
        return [.. results.UniqueIds.Select(uid => uid.Id).Distinct().Order()];
    }

    /// <summary>
    /// Reads the sizes and arrival times of messages. Messages for which the server returns no data are missing from
    /// the result.
    /// </summary>
    public async Task<IReadOnlyDictionary<uint, RemoteMessage>> DescribeAsync(
        IReadOnlyList<uint> uids, CancellationToken cancellation)
    {
        const MessageSummaryItems Items =
            MessageSummaryItems.UniqueId | MessageSummaryItems.InternalDate | MessageSummaryItems.Size;
        var summaries = await _connection.RunAsync(
            Timeouts.Command,
            CommandBytes + (long)uids.Count * SummaryBytes,
            token => Folder.FetchAsync(Ids(uids), new FetchRequest(Items), token),
            cancellation);
        return summaries
            .Where(summary => summary.UniqueId.IsValid)
            .DistinctBy(summary => summary.UniqueId.Id)
            .ToDictionary(summary => summary.UniqueId.Id, Describe);
    }

    /// <summary>Fetches one message without marking it as read, and passes its bytes on as they arrive.</summary>
    /// <param name="maxSize">Maximum size in bytes. Nothing is passed on of a larger message.</param>
    /// <param name="write">Receives memory that is valid only during the call.</param>
    /// <returns>The size in bytes; null if the server no longer has the message.</returns>
    public async Task<long?> FetchAsync(
        uint uid, long maxSize, Action<ReadOnlyMemory<byte>> write, CancellationToken cancellation)
    {
        var download = _connection.Client.Download = new(uid, maxSize, write, _connection.Receiving);
        try
        {
            await _connection.RunAsync(
                Timeouts.Message, CommandBytes, token => DownloadAsync(uid, download, token), cancellation);
        }
        finally
        {
            _connection.Client.Download = null;
        }
        return download is { Size: > 0, IsConfirmed: false }
            ? throw new RemoteServerException($"{_connection.Server.Host} sent a message without its UID")
            : download.Size;
    }

    /// <summary>
    /// Waits for new messages with IDLE (RFC 2177), at most for the limit; servers end a session after 30 minutes. Does
    /// not wait if a message arrived since the mailbox was opened or since the last call.
    /// </summary>
    /// <param name="interruption">Ends the wait when it completes.</param>
    /// <returns>True if a message arrived. False, too, if the server rejects IDLE; then <see cref="CanIdle"/> is
    /// false.</returns>
    public async Task<bool> IdleAsync(TimeSpan limit, Task interruption, CancellationToken cancellation)
    {
        if (!_newMail.Task.IsCompleted)
        {
            using var done = new CancellationTokenSource();
            using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await _connection.GuardAsync(CommandBytes, () => WaitAsync(limit, interruption, done, time), cancellation);
        }
        var hasNewMail = _newMail.Task.IsCompleted;
        _newMail = NewSignal();
        return hasNewMail;
    }

    /// <summary>Logs out. Errors are ignored, because the session has ended in any case.</summary>
    public async Task LogOutAsync(CancellationToken cancellation)
    {
        try
        {
            await RunAsync(CommandBytes, token => _connection.Client.DisconnectAsync(quit: true, token), cancellation);
        }
        catch (RemoteServerException)
        {
            // The session has ended in any case.
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    async Task RunAsync(long bytes, Func<CancellationToken, Task> work, CancellationToken cancellation) =>
        await _connection.RunAsync(
            Timeouts.Command,
            bytes,
            async token =>
            {
                await work(token);
                return true;
            },
            cancellation);

    // MailKit returns the minimum for a date that it cannot parse.
    static RemoteMessage Describe(IMessageSummary summary) =>
        new(summary.Size, summary.InternalDate is { } at && at > DateTimeOffset.MinValue ? at : null);

    async Task<bool> DownloadAsync(uint uid, MessageDownload download, CancellationToken cancellation)
    {
        await Folder.GetStreamsAsync(
            Ids([uid]),
            (_, _, sent, _, _) =>
            {
                download.Confirm(sent.Id);
                return Task.CompletedTask;
            },
            cancellation);
        return true;
    }

    async Task<bool> WaitAsync(
        TimeSpan limit, Task interruption, CancellationTokenSource done, CancellationTokenSource time)
    {
        var idling = _connection.Client.IdleAsync(done.Token, time.Token);
        var quiet = Task.WhenAny(idling, _newMail.Task, interruption);
        var starting = limit < Timeouts.Command ? limit : Timeouts.Command;
        await WithinAsync(quiet, starting, time.Token);
        if (!quiet.IsCompleted && _connection.Client.IsIdle)
        {
            await WithinAsync(quiet, limit - starting, time.Token);
        }
        await done.CancelAsync();
        time.CancelAfter(Timeouts.Command);
        try
        {
            await idling;
        }
        catch (ImapCommandException)
        {
            // The server advertises IDLE but rejects it.
            _isIdleRejected = true;
        }
        return true;
    }

    static async Task WithinAsync(Task task, TimeSpan limit, CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(task, Task.Delay(limit, ended.Token));
        await ended.CancelAsync();
    }

    ImapFolder Watched(IMailFolder found)
    {
        var folder = (ImapFolder)found;
        folder.CountChanged += (_, _) =>
        {
            if (folder.Count > _count)
            {
                _newMail.TrySetResult();
            }
            _count = folder.Count;
        };
        return folder;
    }

    static List<UniqueId> Ids(IReadOnlyList<uint> uids) => [.. uids.Select(uid => new UniqueId(uid))];

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>What a server reports about a mailbox when it is opened.</summary>
/// <param name="UidValidity">Zero if the server does not report it.</param>
/// <param name="UidNext">Zero if the server does not report it.</param>
sealed record OpenedMailbox(uint UidValidity, uint UidNext);

/// <summary>What a server reports about a message.</summary>
sealed record RemoteMessage(uint? Size, DateTimeOffset? InternalAt);
