using AgentPost.Host.Api.Requests;
using AgentPost.Store.Model;

namespace AgentPost.Host.Api.Sending;

/// <summary>Reports limits and usage.</summary>
static class LimitEndpoints
{
    const string Tag = "Limits";

    public static IReadOnlyList<ApiEndpoint> Rows =>
    [
        new("GET", "/api/v1/limits", null, "Tell the limits of the server; null is unlimited.", ShowAsync)
        {
            Id = "getLimits", Tag = Tag, Answer = typeof(LimitsView),
        },
        new("GET", "/api/v1/inboxes/{inbox}/limits", Scope.MessagesRead, "Tell the limits and what the inbox has used of them.", ShowUsageAsync)
        {
            Id = "getUsage", Tag = Tag, Answer = typeof(UsageView),
        },
    ];

    static Task<IResult> ShowAsync(ApiCall call, CancellationToken cancellation) => Task.FromResult(Answer.Ok(LimitsOf(call)));

    static async Task<IResult> ShowUsageAsync(ApiCall call, CancellationToken cancellation)
    {
        var usage = await call.Store.SendUsages.ReadAsync(call.Inbox.Id, cancellation);
        var held = await call.Store.Quotas.ReadUsageAsync(call.Inbox.Id, cancellation);
        return Answer.Ok(new UsageView(LimitsOf(call), usage.MessagesInMinute, usage.MessagesInDay, usage.FirstTimeRecipientsInDay, held.Octets, held.Messages));
    }

    static LimitsView LimitsOf(ApiCall call)
    {
        var (sending, capacity) = (call.Store.SendUsages.Limits, call.Store.Quotas.Capacity);
        return new(
            Number(call.Options.MessageSize), Number(call.Options.Recipients), Number(sending.MessagesPerMinute), Number(sending.MessagesPerDay),
            Number(sending.FirstTimeRecipientsPerDay), Number(sending.RepliesPerThreadPerHour), Number(call.Options.ImapConnectionsPerInbox),
            Number(capacity.Octets), Number(capacity.Messages));
    }

    static long? Number(long limit) => limit == long.MaxValue ? null : limit;
}

/// <summary>Limits. Null means unlimited.</summary>
/// <param name="MessageSize">Maximum size of a message in bytes.</param>
/// <param name="InboxSize">Maximum total size of an inbox's messages in bytes.</param>
sealed record LimitsView(
    long? MessageSize, long? Recipients, long? MessagesPerMinute, long? MessagesPerDay, long? FirstTimeRecipientsPerDay, long? RepliesPerThreadPerHour,
    long? ImapConnectionsPerInbox, long? InboxSize, long? InboxMessages);

/// <summary>Limits, and the recent sending and current size of an inbox.</summary>
/// <param name="HeldOctets">Total size of the inbox's messages in bytes.</param>
sealed record UsageView(
    LimitsView Limits, long MessagesLastMinute, long MessagesLastDay, long FirstTimeRecipientsLastDay, long HeldOctets, long HeldMessages);
