using AgentPost.Store;

namespace AgentPost.Host.Api;

/// <summary>Limits, and how much of them is used.</summary>
static class LimitEndpoints
{
    const string Tag = "Limits";

    public static IReadOnlyList<Endpoint> Rows =>
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
        return Answer.Ok(new UsageView(LimitsOf(call), usage.MessagesInMinute, usage.MessagesInDay, usage.FirstTimeRecipientsInDay));
    }

    static LimitsView LimitsOf(ApiCall call)
    {
        var sending = call.Store.SendUsages.Limits;
        return new(
            Number(call.Options.MessageSize), Number(call.Options.Recipients), Number(sending.MessagesPerMinute), Number(sending.MessagesPerDay),
            Number(sending.FirstTimeRecipientsPerDay), Number(sending.RepliesPerThreadPerHour), Number(call.Options.ImapConnectionsPerInbox));
    }

    static long? Number(long limit) => limit == long.MaxValue ? null : limit;
}

/// <summary>Limits; null is unlimited.</summary>
/// <param name="MessageSize">Octets.</param>
sealed record LimitsView(
    long? MessageSize, long? Recipients, long? MessagesPerMinute, long? MessagesPerDay, long? FirstTimeRecipientsPerDay, long? RepliesPerThreadPerHour,
    long? ImapConnectionsPerInbox);

/// <summary>Limits, and what an inbox has sent of late.</summary>
sealed record UsageView(LimitsView Limits, long MessagesLastMinute, long MessagesLastDay, long FirstTimeRecipientsLastDay);
