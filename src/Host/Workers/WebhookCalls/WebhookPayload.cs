using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentPost.Host.Json;
using AgentPost.Store.Events;

namespace AgentPost.Host.Workers.WebhookCalls;

/// <summary>The content of one request to a webhook.</summary>
/// <param name="Id">The header field <c>webhook-id</c>. The same content always has the same id, so that the receiver
/// can ignore duplicates.</param>
sealed record WebhookPayload(string Id, byte[] Json)
{
    const string BatchPrefix = "bat_";
    const int BatchIdBytes = 16;

    /// <summary>Type of the event. Null for a batch.</summary>
    public string? Type { get; init; }

    /// <summary>Id of the delivery. Null for a batch and for a test.</summary>
    public string? Delivery { get; init; }

    public static WebhookPayload Of(EventView view) => new(view.Id, view.ToJson()) { Type = view.Type };

    public static WebhookPayload Of(WebhookCall call) => call.IsBatch
        ? OfBatch(new([.. call.Deliveries.Select(delivery => EventView.Of(delivery.Event))]))
        : Of(EventView.Of(call.Deliveries[0].Event)) with { Delivery = call.Deliveries[0].Id.ToString() };

    // After a failure, the same events may be grouped differently. A different group is a different message.
    static WebhookPayload OfBatch(EventBatch batch)
    {
        var events = Encoding.ASCII.GetBytes(string.Concat(batch.Events.Select(view => view.Id)));
        return new(
            BatchPrefix + Convert.ToHexStringLower(SHA256.HashData(events).AsSpan(0, BatchIdBytes)),
            JsonSerializer.SerializeToUtf8Bytes(batch, ApiJson.TypeInfo<EventBatch>()));
    }
}
