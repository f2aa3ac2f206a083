using AgentPost.Host.Remote;
using AgentPost.Host.Settings;
using AgentPost.Protocol.Imap.Client;
using AgentPost.Store;

namespace AgentPost.Host.Workers.Polling;

/// <summary>
/// Polls one account for as long as its lease is held: looks for new messages, files each and notes its UID in one transaction, and waits in IDLE where the server has it. A crash at
/// any point repeats at most what was not committed.
/// </summary>
sealed class RemoteAccountPoller(MailStore store, RemoteServerConnector outside, Options options, TimeProvider time, PollingSignal signal, RemoteAccount account, PollLease lease)
{
    static readonly TimeSpan ExtendEvery = TimeSpan.FromSeconds(5);

    // Servers end a session that has been idle for half an hour.
    static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(25);
    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);
    static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(30);

    int _errors = account.ConsecutiveErrors;
    TaskCompletionSource _pollRequested = new(TaskCreationOptions.RunContinuationsAsynchronously);

    TimeSpan Interval => TimeSpan.FromMinutes(account.Settings.PollIntervalMinutes);

    public async Task RunAsync(CancellationToken stopping)
    {
        using var held = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var extending = ExtendAsync(held);
        try
        {
            await PollAsync(held.Token);
            await store.RemoteAccounts.ReleaseAsync(lease, CancellationToken.None);
        }
        catch (OperationCanceledException) when (held.IsCancellationRequested)
        {
            // What is not committed is done again.
            await store.RemoteAccounts.HandOverAsync(lease, CancellationToken.None);
        }
        catch (LeaseLostException)
        {
            // Whoever has it goes on.
        }
        catch (Exception failure) when (failure is ImapPeerException or RemoteServerException or StoreRefusedException)
        {
            await store.RemoteAccounts.NoteFailureAsync(lease, failure.Message, time.GetUtcNow() + PauseAfter(_errors), CancellationToken.None);
        }
        finally
        {
            await held.CancelAsync();
            await extending;
        }
    }

    async Task PollAsync(CancellationToken cancellation)
    {
        await BeginAsync(cancellation);
        await using var session = await outside.OpenImapAsync(account.Settings.Imap, cancellation);
        var fetching = new RemoteAccountFetcher(store, session, account, lease, options.MessageSize);
        while (true)
        {
            var requested = NextRequest();
            await fetching.RunAsync(cancellation);
            await EnsureAsync(store.RemoteAccounts.NoteEndAsync(lease, fetching.Position, time.GetUtcNow() + Interval, fetching.Warning, cancellation));
            _errors = 0;
            if (!session.Can("IDLE"))
            {
                await session.LogOutAsync(cancellation);
                return;
            }
            await session.IdleAsync(Interval < LongestIdle ? Interval : LongestIdle, requested, () => Task.CompletedTask, cancellation);
            await BeginAsync(cancellation);
        }
    }

    Task BeginAsync(CancellationToken cancellation) => EnsureAsync(store.RemoteAccounts.NoteBeginAsync(lease, cancellation));

    static async Task EnsureAsync(Task<bool> noted)
    {
        if (!await noted)
        {
            throw new LeaseLostException();
        }
    }

    Task NextRequest()
    {
        if (_pollRequested.Task.IsCompleted)
        {
            _pollRequested = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        return _pollRequested.Task;
    }

    /// <summary>Keeps the lease, and ends the poll when it is lost. Never fails.</summary>
    async Task ExtendAsync(CancellationTokenSource held)
    {
        while (!held.IsCancellationRequested)
        {
            await Task.WhenAny(signal.Next, Task.Delay(ExtendEvery, held.Token));
            try
            {
                var isRequested = await store.RemoteAccounts.RenewAsync(lease, held.Token);
                if (isRequested is null)
                {
                    await held.CancelAsync();
                }
                else if (isRequested.Value)
                {
                    _pollRequested.TrySetResult();
                }
            }
            catch (Exception failure) when (failure is StoreUnavailableException or OperationCanceledException)
            {
                // The lease ends by itself if this lasts.
            }
        }
    }

    static TimeSpan PauseAfter(int errors)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(errors, 20));
        return pause < LongestPause ? pause : LongestPause;
    }
}

/// <summary>The account is polled by another host now, or not at all.</summary>
sealed class LeaseLostException : Exception;
