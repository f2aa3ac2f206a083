using AgentPost.Host.Api.Events;
using AgentPost.Host.Workers.Supervision;
using AgentPost.Store;

namespace AgentPost.Host.Workers.Webhooks;

/// <summary>
/// Tells webhooks what has happened: at once when the store says that there is something, and when a retry is due. Every host does it; each delivery is tried by one at a
/// time. A webhook that is slow occupies a few of the places, and the others go on.
/// </summary>
sealed class WebhookWorker : Worker
{
    const int AtOnce = 64;
    const int AtOnceEach = 4;

    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    readonly MailStore _store;
    readonly WebhookCaller _caller;
    readonly TimeProvider _time;
    readonly ILogger<WebhookWorker> _logger;
    readonly Jobs<WebhookId> _running;

    public WebhookWorker(MailStore store, WebhookCaller caller, TimeProvider time, ILogger<WebhookWorker> logger)
    {
        (_store, _caller, _time, _logger) = (store, caller, time, logger);
        _running = new(this, logger);
        store.WebhookDeliveries.OnQueued(Wake.Raise);
    }

    public override string Name => "webhooks";

    public override Task FinishAsync() => _running.WhenAllAsync();

    /// <summary>Begins what is due, as far as there are places; returns how long to wait for more, unless something wakes it before.</summary>
    public override async Task<TimeSpan> RunAsync(CancellationToken stopping)
    {
        var running = _running.Running;
        var busy = running.CountBy(webhook => webhook).Where(pair => pair.Value >= AtOnceEach).Select(pair => pair.Key).ToList();
        if (running.Count >= AtOnce)
        {
            return LongestPause;
        }
        var taken = await _store.WebhookDeliveries.TakeAsync(busy, AtOnceEach, AtOnce - running.Count, stopping);
        foreach (var delivery in taken)
        {
            _running.Start(delivery.Webhook, () => DeliverAsync(delivery, stopping));
        }
        if (taken.Count > 0)
        {
            return TimeSpan.Zero;
        }
        var due = await _store.WebhookDeliveries.FindNextDueAsync(busy, stopping);
        var pause = due - _time.GetUtcNow() ?? LongestPause;
        return pause > LongestPause ? LongestPause : pause < ShortestPause ? ShortestPause : pause;
    }

    // A delivery that is cut off by the end of the program is tried again when its lease has ended.
    async Task DeliverAsync(TakenWebhookDelivery taken, CancellationToken stopping)
    {
        try
        {
            var body = EventView.Of(taken.Event).ToJson();
            var attempt = await _caller.CallAsync(taken.Url, taken.Secret, taken.Event.Type, taken.Id.ToString(), body, stopping);
            var next = attempt.HasSucceeded ? null : attempt.StartedAt + attempt.Duration + WebhookSchedule.PauseAfter(taken.Attempts + 1);
            Log.WebhookTried(_logger, taken.Webhook, taken.Id, attempt.Status, attempt.Error);
            await _store.WebhookDeliveries.SettleAsync(taken, attempt, next, CancellationToken.None);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
        catch (StoreUnavailableException unavailable)
        {
            Log.WebhooksPaused(_logger, unavailable);
        }
        finally
        {
            Wake.Raise();
        }
    }
}
