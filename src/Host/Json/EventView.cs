using System.Text.Json;
using AgentPost.Store.Events;

namespace AgentPost.Host.Json;

/// <summary>Events that a webhook receives in one request, in their order.</summary>
sealed record EventBatch(IReadOnlyList<EventView> Events);

/// <summary>An event as the API, webhooks and WebSockets show it.</summary>
/// <param name="InboxId">Null: it is of the organization.</param>
/// <param name="Data">What the type tells: of a message its <c>message_id</c>, <c>thread_id</c>, <c>folder</c> and more.</param>
sealed record EventView(string Id, string Type, DateTimeOffset Timestamp, string OrganizationId, string? InboxId, IReadOnlyDictionary<string, JsonElement> Data)
{
    public static EventView Of(MailEvent told) => new(
        told.Id.ToString(), told.Type, told.OccurredAt, told.Organization.ToString(), told.Inbox?.ToString(),
        JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(told.Data) ?? []);

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ApiJson.TypeInfo<EventView>());
}
