using AgentPost.Host.Json;

namespace AgentPost.Host.Api.Events;

/// <summary>A message from the client.</summary>
sealed record SocketRequest
{
    /// <summary><c>subscribe</c>, which replaces an earlier subscription, <c>unsubscribe</c> or <c>ping</c>.</summary>
    public string? Type { get; init; }

    /// <summary>Types or families. If empty, all types that the key can see.</summary>
    public IReadOnlyList<string>? EventTypes { get; init; }

    /// <summary>Id or address of an inbox.</summary>
    public string? InboxId { get; init; }

    /// <summary>Ids or addresses. If empty, all inboxes that the key has access to.</summary>
    public IReadOnlyList<string>? InboxIds { get; init; }

    /// <summary>Id of the last event that the client has received. Null starts with new events.</summary>
    public string? ResumeFrom { get; init; }
}

/// <summary>Delivers an event.</summary>
sealed record SocketEvent(string Type, EventView Data);

/// <summary>Confirms that a subscription is active.</summary>
/// <param name="EventTypes">Null for all types that the key can see.</param>
/// <param name="InboxIds">Null for all inboxes of the organization.</param>
sealed record SocketSubscription(string Type, IReadOnlyList<string>? EventTypes, IReadOnlyList<string>? InboxIds, string? ResumedFrom);

/// <summary>Confirms a request.</summary>
sealed record SocketSign(string Type);

/// <summary>Reports a failed request. The socket stays open.</summary>
sealed record SocketError(string Type, SocketErrorDetail Error);

sealed record SocketErrorDetail(string Code, string Message, string Fix);
