using System.Threading.Channels;
using AgentPost.Host.Settings;
using AgentPost.Host.Workers.Supervision;
using AgentPost.Store;
using AgentPost.Store.Events;
using AgentPost.Store.Model;

namespace AgentPost.Host.Workers.WebhookCalls;

/// <summary>
/// Sends events to webhooks: when the store says that there are some, and when a retry or a probe is due. Every
/// instance does it; each delivery is sent by one at a time. How many calls a webhook gets at once adapts to its
/// receiver, and a slow one leaves room for the others.
/// </summary>
sealed class WebhookWorker : Worker
{
    /// <summary>Age of an event that was not sent yet, from which on a webhook lags.</summary>
    public static readonly TimeSpan MaxLag = TimeSpan.FromMinutes(1);

    /// <summary>Calls of this instance at once, to all webhooks.</summary>
    const int MaxCalls = 256;

    static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(30);
    static readonly TimeSpan MinPause = TimeSpan.FromMilliseconds(250);

    // What is due later may stand behind what is due now, or behind an earlier event of its inbox.
    static readonly TimeSpan RecheckPause = TimeSpan.FromSeconds(1);

    static readonly TimeSpan ReportEvery = TimeSpan.FromMinutes(1);

    readonly MailStore _store;
    readonly WebhookCaller _caller;
    readonly Options _options;
    readonly TimeProvider _time;
    readonly ILogger<WebhookWorker> _logger;
    readonly Channel<EndedCall> _ended = Channel.CreateUnbounded<EndedCall>();
    readonly Dictionary<WebhookId, WebhookFlow> _flows = [];
    readonly Jobs<WebhookId> _calls;
    volatile bool _isHinted = true;
    long _lookedAt;
    long _reportedAt;
    TimeSpan _lookAgainIn;

    public WebhookWorker(
        MailStore store, WebhookCaller caller, Options options, TimeProvider time, ILogger<WebhookWorker> logger)
    {
        (_store, _caller, _options, _time, _logger) = (store, caller, options, time, logger);
        _calls = new(this, logger);
        _reportedAt = time.GetTimestamp();
        store.WebhookDeliveries.OnQueued(Hint);
    }

    public override string Name => "webhooks";

    public override Task FinishAsync() => _calls.WhenAllAsync();

    /// <summary>
    /// Starts the calls that are due, as far as there is room. Returns how long to wait, unless the signal is raised
    /// before. May be called again after it has thrown.
    /// </summary>
    public override async Task<TimeSpan> RunAsync(CancellationToken stopping)
    {
        try
        {
            return await StartDueAsync(stopping);
        }
        catch
        {
            _isHinted = true;
            throw;
        }
    }

    async Task<TimeSpan> StartDueAsync(CancellationToken stopping)
    {
        while (_ended.Reader.TryRead(out var ended))
        {
            var flow = _flows[ended.Webhook];
            flow.Ended(ended.HasSucceeded, ended.Events);
            // The next event of its inbox has waited for this one.
            flow.HasMore |= flow.Webhook.IsOrdered;
            // A failure has set a new due time, of the delivery and perhaps of the webhook; a probe may have resumed
            // it.
            _isHinted |= ended.HasSucceeded is not true || flow.Webhook.IsPaused;
        }
        if (_time.GetElapsedTime(_reportedAt) >= ReportEvery)
        {
            await ReportAsync(stopping);
        }
        if (_isHinted || _time.GetElapsedTime(_lookedAt) >= _lookAgainIn)
        {
            await LookAsync(stopping);
        }
        var hasStarted = false;
        foreach (var flow in _flows.Values.Where(flow => flow.HasMore && flow.Free > 0).ToList())
        {
            hasStarted |= await StartAsync(flow, stopping);
        }
        var pause = _lookAgainIn - _time.GetElapsedTime(_lookedAt);
        return hasStarted ? TimeSpan.Zero : pause < MinPause ? MinPause : pause;
    }

    /// <summary>Logs what was sent since the last report, and which webhooks have fallen behind or caught up.</summary>
    async Task ReportAsync(CancellationToken stopping)
    {
        _reportedAt = _time.GetTimestamp();
        foreach (var (webhook, flow) in _flows)
        {
            if (flow.TakeCounts() is { Calls: > 0 } counts)
            {
                Log.WebhookSummary(_logger, webhook, counts.Events, counts.Calls, counts.Failures);
            }
        }
        var changes = await _store.WebhookDeliveries.FindLagChangesAsync(MaxLag, stopping);
        var backlogs = await _store.WebhookDeliveries.FindBacklogsAsync(
            [.. changes.Select(change => change.Webhook)], stopping);
        foreach (var change in changes)
        {
            if (change.IsLagging)
            {
                Log.WebhookLagging(
                    _logger, change.Webhook, (long)change.Lag.TotalSeconds, backlogs[change.Webhook].Deliveries);
            }
            else
            {
                Log.WebhookCaughtUp(_logger, change.Webhook);
            }
        }
    }

    /// <summary>Asks the database which webhooks have something to send, now or later.</summary>
    async Task LookAsync(CancellationToken stopping)
    {
        // First, so that no hint is lost that comes while the database is asked.
        _isHinted = false;
        _lookedAt = _time.GetTimestamp();
        _lookAgainIn = MaxPause;
        var due = await _store.WebhookDeliveries.FindDueAsync(stopping);
        var idle = _flows.Where(flow => flow.Value is { Running: 0, Counts.Calls: 0 }).Select(flow => flow.Key);
        foreach (var webhook in idle.Except(due.Select(webhook => webhook.Id)).ToList())
        {
            _flows.Remove(webhook);
        }
        foreach (var webhook in due)
        {
            if (!_flows.TryGetValue(webhook.Id, out var flow))
            {
                _flows.Add(webhook.Id, flow = new(webhook, _options.Webhooks.Concurrency));
            }
            flow.Webhook = webhook;
            flow.HasMore = webhook.DueIn == TimeSpan.Zero;
            if (webhook.DueIn > TimeSpan.Zero && webhook.DueIn < _lookAgainIn)
            {
                _lookAgainIn = webhook.DueIn;
            }
        }
    }

    async Task<bool> StartAsync(WebhookFlow flow, CancellationToken stopping)
    {
        var room = Math.Min(flow.Free, MaxCalls - _calls.Running.Count);
        if (room <= 0)
        {
            return false;
        }
        var acquired = await _store.WebhookDeliveries.AcquireAsync(flow.Webhook, room, stopping);
        flow.HasMore = acquired.Count >= room && !flow.Webhook.IsPaused;
        if (!flow.HasMore && _lookAgainIn > RecheckPause)
        {
            _lookAgainIn = RecheckPause;
        }
        foreach (var call in acquired)
        {
            flow.Started();
            _calls.Start(call.Webhook, () => CallAsync(call, stopping));
        }
        return acquired.Count > 0;
    }

    // A call that is cut off by the end of the program is made again when its lease has expired.
    async Task CallAsync(WebhookCall call, CancellationToken stopping)
    {
        bool? hasSucceeded = null;
        try
        {
            var attempt = await _caller.CallAsync(call.Url, call.Secret, WebhookPayload.Of(call), stopping);
            hasSucceeded = attempt.HasSucceeded;
            LogAttempt(call, attempt);
            var settled = await _store.WebhookDeliveries.SettleAsync(
                call, attempt, _options.Webhooks.DisableAfter, CancellationToken.None);
            LogTransition(call, attempt, settled);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
        finally
        {
            _ended.Writer.TryWrite(new(call.Webhook, hasSucceeded, call.Deliveries.Count));
            Wake.Raise();
        }
    }

    void LogAttempt(WebhookCall call, WebhookAttempt attempt)
    {
        var delivery = call.Deliveries[0];
        if (attempt.HasSucceeded)
        {
            Log.WebhookDelivered(
                _logger, call.Webhook, call.Deliveries.Count, delivery.Id, (long)attempt.Duration.TotalMilliseconds);
        }
        else
        {
            Log.WebhookFailed(
                _logger, call.Webhook, call.Deliveries.Count, delivery.Id, delivery.Attempts + 1, attempt.Error);
        }
    }

    void LogTransition(WebhookCall call, WebhookAttempt attempt, SettledCall settled)
    {
        switch (settled.Transition)
        {
            case WebhookTransition.Paused:
                Log.WebhookPaused(_logger, call.Webhook, attempt.Error);
                break;
            case WebhookTransition.Resumed:
                Log.WebhookResumed(_logger, call.Webhook);
                break;
            case WebhookTransition.Disabled:
                Log.WebhookDisabled(_logger, call.Webhook, settled.FailingSince, attempt.Error);
                break;
            default:
                break;
        }
    }

    void Hint()
    {
        _isHinted = true;
        Wake.Raise();
    }

    /// <param name="HasSucceeded">Null if the call ended without a result.</param>
    readonly record struct EndedCall(WebhookId Webhook, bool? HasSucceeded, int Events);
}
