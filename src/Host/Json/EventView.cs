using System.Text.Json;
using AgentPost.Store.Events;

namespace AgentPost.Host.Json;

/// <summary>The events of one request to a webhook, in order.</summary>
sealed record EventBatch(IReadOnlyList<EventView> Events);

/// <summary>An event in the API, webhooks and WebSockets.</summary>
/// <param name="InboxId">Null if the event belongs to the organization.</param>
/// <param name="Data">Fields of the event type. A message event has <c>message_id</c>, <c>thread_id</c>, <c>folder</c>
/// and more.</param>
sealed record EventView(string Id, string Type, DateTimeOffset Timestamp, string OrganizationId, string? InboxId, IReadOnlyDictionary<string, JsonElement> Data)
{
    public static EventView Of(MailEvent told) => new(
        told.Id.ToString(), told.Type, told.OccurredAt, told.Organization.ToString(), told.Inbox?.ToString(),
        JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(told.Data) ?? []);

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ApiJson.TypeInfo<EventView>());
}
