using AgentPost.Host.Json;

namespace AgentPost.Host.Api.Events;

/// <summary>What a peer says.</summary>
sealed record SocketRequest
{
    /// <summary><c>subscribe</c>, which takes the place of an earlier one, <c>unsubscribe</c> or <c>ping</c>.</summary>
    public string? Type { get; init; }

    /// <summary>Types or families; none: all that the key may see.</summary>
    public IReadOnlyList<string>? EventTypes { get; init; }

    /// <summary>Id or address.</summary>
    public string? InboxId { get; init; }

    /// <summary>Ids or addresses; none: all that the key opens.</summary>
    public IReadOnlyList<string>? InboxIds { get; init; }

    /// <summary>Id of the last event that the peer has; null: from now on.</summary>
    public string? ResumeFrom { get; init; }
}

/// <summary>An event is told.</summary>
sealed record SocketEvent(string Type, EventView Data);

/// <summary>A subscription holds from here on.</summary>
/// <param name="EventTypes">Null: all that the key may see.</param>
/// <param name="InboxIds">Null: all of the organization.</param>
sealed record SocketSubscription(string Type, IReadOnlyList<string>? EventTypes, IReadOnlyList<string>? InboxIds, string? ResumedFrom);

/// <summary>Done.</summary>
sealed record SocketSign(string Type);

/// <summary>What was asked is not done; the socket goes on.</summary>
sealed record SocketError(string Type, SocketErrorDetail Error);

sealed record SocketErrorDetail(string Code, string Message, string Fix);
