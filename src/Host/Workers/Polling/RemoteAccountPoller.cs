using AgentPost.Host.Remote;
using AgentPost.Host.Settings;
using AgentPost.Host.Workers.Supervision;
using AgentPost.Store;
using AgentPost.Store.Model;
using AgentPost.Store.Remote;

namespace AgentPost.Host.Workers.Polling;

/// <summary>
/// Polls one remote account while its lease is held. Stores each new message and its UID in one transaction, and waits
/// with IDLE if the server supports it. After a crash, only uncommitted work is repeated.
/// </summary>
sealed class RemoteAccountPoller(
    MailStore store,
    RemoteServerConnector connector,
    Options options,
    PollingSignal signal,
    ILogger<RemoteAccountPoller> logger,
    RemoteAccount account,
    PollLease lease)
{
    static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(5);

    // Servers end a session after 30 idle minutes.
    static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(25);
    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);
    static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(30);

    int _errors = account.ConsecutiveErrors;
    TaskCompletionSource _pollRequested = new(TaskCreationOptions.RunContinuationsAsynchronously);

    TimeSpan Interval => TimeSpan.FromMinutes(account.Settings.PollIntervalMinutes);

    public async Task RunAsync(CancellationToken stopping)
    {
        using var held = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var renewing = RenewAsync(held);
        try
        {
            await PollAsync(held.Token);
            await store.RemoteAccounts.ReleaseAsync(lease, CancellationToken.None);
        }
        catch (OperationCanceledException) when (held.IsCancellationRequested)
        {
            // Uncommitted work is repeated.
            await store.RemoteAccounts.HandOverAsync(lease, CancellationToken.None);
        }
        catch (LeaseLostException)
        {
            // Another instance polls the account.
        }
        catch (Exception failure) when (failure is RemoteServerException or StoreRefusedException)
        {
            await NoteFailureAsync(failure.Message);
        }
        catch (Exception failure) when (failure is not (StoreUnavailableException or OutOfMemoryException))
        {
            // Without a recorded failure, the account would be polled again as soon as its lease expires.
            await NoteFailureAsync("Internal error");
            throw;
        }
        finally
        {
            await held.CancelAsync();
            await renewing;
        }
    }

    Task<bool> NoteFailureAsync(string error) =>
        store.RemoteAccounts.NoteFailureAsync(lease, error, PauseAfter(_errors), CancellationToken.None);

    async Task PollAsync(CancellationToken cancellation)
    {
        await BeginAsync(cancellation);
        await using var session = await connector.OpenImapAsync(account.Settings.Imap, cancellation);
        var fetching = new RemoteAccountFetcher(store, session, account, lease, options.MessageSize);
        while (true)
        {
            var requested = NextRequest();
            await fetching.RunAsync(cancellation);
            await EnsureAsync(store.RemoteAccounts.NoteEndAsync(lease, fetching.Position, Interval, fetching.Warning, cancellation));
            _errors = 0;
            if (!session.CanIdle)
            {
                await session.LogOutAsync(cancellation);
                return;
            }
            await session.IdleAsync(Interval < LongestIdle ? Interval : LongestIdle, requested, cancellation);
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

    /// <summary>Renews the lease, and cancels the poll when it is lost. Never fails.</summary>
    async Task RenewAsync(CancellationTokenSource held)
    {
        while (!held.IsCancellationRequested)
        {
            await Task.WhenAny(signal.Next, Task.Delay(RenewEvery, held.Token));
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
                // If this lasts, the lease expires.
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                Log.LeaseNotRenewed(logger, account.Inbox.ToString(), failure);
            }
        }
    }

    static TimeSpan PauseAfter(int errors)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(errors, 20));
        return pause < LongestPause ? pause : LongestPause;
    }
}
