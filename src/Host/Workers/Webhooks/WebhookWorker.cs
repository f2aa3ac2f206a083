using AgentPost.Host.Api.Events;
using AgentPost.Store;

namespace AgentPost.Host.Workers.Webhooks;

/// <summary>
/// Tells webhooks what has happened: at once when the store says that there is something, and when a retry is due. Every host does it; each delivery is tried by one at a
/// time. A webhook that is slow occupies a few of the places, and the others go on.
/// </summary>
sealed class WebhookWorker(MailStore store, WebhookCaller caller, TimeProvider time, ILogger<WebhookWorker> logger) : BackgroundService
{
    const int AtOnce = 64;
    const int AtOnceEach = 4;

    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan OutagePause = TimeSpan.FromSeconds(2);

    readonly WakeSignal _wake = new();
    readonly Dictionary<Task, WebhookId> _running = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        store.WebhookDeliveries.OnQueued(_wake.Raise);
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = OutagePause;
            try
            {
                pause = await BeginDueAsync(stoppingToken);
            }
            catch (StoreUnavailableException unavailable)
            {
                Log.WebhooksPaused(logger, unavailable);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            await _wake.WaitAsync(pause, stoppingToken);
        }
        await Task.WhenAll(_running.Keys);
    }

    /// <summary>Begins what is due, as far as there are places; returns how long to wait for more, unless something wakes it before.</summary>
    async Task<TimeSpan> BeginDueAsync(CancellationToken stopping)
    {
        foreach (var ended in _running.Keys.Where(task => task.IsCompleted).ToList())
        {
            _running.Remove(ended);
        }
        var busy = _running.Values.CountBy(webhook => webhook).Where(pair => pair.Value >= AtOnceEach).Select(pair => pair.Key).ToList();
        if (_running.Count >= AtOnce)
        {
            return LongestPause;
        }
        var taken = await store.WebhookDeliveries.TakeAsync(busy, AtOnceEach, AtOnce - _running.Count, stopping);
        foreach (var delivery in taken)
        {
            _running.Add(DeliverAsync(delivery, stopping), delivery.Webhook);
        }
        if (taken.Count > 0)
        {
            return TimeSpan.Zero;
        }
        var due = await store.WebhookDeliveries.FindNextDueAsync(busy, stopping);
        var pause = due - time.GetUtcNow() ?? LongestPause;
        return pause > LongestPause ? LongestPause : pause < ShortestPause ? ShortestPause : pause;
    }

    // A delivery that is cut off by the end of the program is tried again when its lease has ended.
    async Task DeliverAsync(TakenWebhookDelivery taken, CancellationToken stopping)
    {
        try
        {
            var body = EventView.Of(taken.Event).ToJson();
            var attempt = await caller.CallAsync(taken.Url, taken.Secret, taken.Event.Type, taken.Id.ToString(), body, stopping);
            var next = attempt.HasSucceeded ? null : attempt.StartedAt + attempt.Duration + WebhookSchedule.PauseAfter(taken.Attempts + 1);
            Log.WebhookTried(logger, taken.Webhook, taken.Id, attempt.Status, attempt.Error);
            await store.WebhookDeliveries.SettleAsync(taken, attempt, next, CancellationToken.None);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
        catch (StoreUnavailableException unavailable)
        {
            Log.WebhooksPaused(logger, unavailable);
        }
        finally
        {
            _wake.Raise();
        }
    }
}
