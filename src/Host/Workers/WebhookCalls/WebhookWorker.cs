using System.Threading.Channels;
using AgentPost.Host.Settings;
using AgentPost.Host.Workers.Supervision;
using AgentPost.Store;
using AgentPost.Store.Events;
using AgentPost.Store.Model;

namespace AgentPost.Host.Workers.WebhookCalls;

/// <summary>
/// Sends events to webhooks: when the store reports new events, and when a retry or a probe is due. Every instance does
/// this, but only one at a time sends a given delivery. The number of concurrent calls adapts to each receiver, so that
/// a slow one leaves capacity for the others.
/// </summary>
sealed class WebhookWorker : Worker
{
    /// <summary>Age of the oldest unsent event at which a webhook counts as lagging.</summary>
    public static readonly TimeSpan MaxLag = TimeSpan.FromMinutes(1);

    /// <summary>Maximum concurrent calls of this instance, to all webhooks.</summary>
    const int MaxCalls = 256;

    static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(30);
    static readonly TimeSpan MinPause = TimeSpan.FromMilliseconds(250);

    // Deliveries that become due later may be hidden behind those that are due now, or behind an earlier event of their
    // inbox.
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
    /// Starts the due calls, up to the limits. Returns the delay until the next check, unless the signal is raised
    /// before. Can be called again after it has thrown.
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
            // The next event of the inbox waited for this one.
            flow.HasMore |= flow.Webhook.IsOrdered;
            // A failure sets a new due time for the delivery, and possibly for the webhook. A probe may have resumed
            // the webhook.
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

    /// <summary>Logs the counts since the last report, and the webhooks that started or stopped lagging.</summary>
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

    /// <summary>Reads from the database which webhooks have events to send, now or later.</summary>
    async Task LookAsync(CancellationToken stopping)
    {
        // Reset first, so that a hint that arrives during the query is not lost.
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
        var room = Math.Min(flow.Free, MaxCalls - _flows.Values.Sum(each => each.Running));
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

    // If shutdown interrupts a call, it is repeated after its lease expires.
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
