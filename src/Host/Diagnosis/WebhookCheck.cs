using AgentPost.Store.Events;

namespace AgentPost.Host.Diagnosis;

/// <summary>Checks that webhooks succeed and keep up with events.</summary>
static class WebhookCheck
{
    const int MaxNamed = 5;
    const int MaxFound = 100;

    public static async Task<string> RunAsync(DoctorTarget target, CancellationToken cancellation)
    {
        var failing = await target.Store.Webhooks.FindFailingAsync(MaxFound, cancellation);
        var lagging = await target.Store.Webhooks.FindLaggingAsync(MaxFound, cancellation);
        if (failing.Count + lagging.Count == 0)
        {
            return "all webhooks succeed and keep up";
        }
        var backlogs = await target.Store.WebhookDeliveries.FindBacklogsAsync(
            [.. failing.Concat(lagging).Select(webhook => webhook.Id)], cancellation);
        var troubles = failing.Select(webhook => $"{webhook.Id} {StateOf(webhook)} ({webhook.LastError})")
            .Concat(lagging.Select(webhook => $"{webhook.Id} is {backlogs[webhook.Id].Lag.TotalSeconds:0} s behind"))
            .ToList();
        var named = string.Join("; ", troubles.Take(MaxNamed)) + (troubles.Count > MaxNamed ? "; …" : "");
        throw new CheckWarningException($"{troubles.Count} webhooks are in trouble: {named}");

        string StateOf(Webhook webhook) => webhook.DisabledAt is null
            ? $"has failed since {webhook.FailingSince:u}, {backlogs[webhook.Id].Deliveries} events are pending"
            : $"is disabled, {backlogs[webhook.Id].Deliveries} events are pending";
    }
}
