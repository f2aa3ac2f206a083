using AgentPost.Host.Api.Requests;
using AgentPost.Store;
using AgentPost.Store.Access;
using AgentPost.Store.Events;
using AgentPost.Store.Model;

namespace AgentPost.Host.Api.Events;

/// <summary>Reads the event filter of a request. A key can only request events that it has access to.</summary>
static class EventSelection
{
    /// <param name="types">Names, or families such as <c>message.*</c>. If empty, all types that the key can
    /// see.</param>
    /// <param name="inboxes">Ids or addresses. If empty, all inboxes that the key has access to.</param>
    public static async Task<EventFilter> ReadAsync(
        MailStore store, ApiKey key, IReadOnlyList<string>? types, IReadOnlyList<string>? inboxes, CancellationToken cancellation)
    {
        foreach (var type in types ?? [])
        {
            EnsureAllowed(key, type);
        }
        var found = new List<InboxId>();
        foreach (var text in inboxes ?? [])
        {
            var inbox = await store.Organizations.FindInboxAsync(text, cancellation);
            found.Add(inbox is not null && inbox.Organization == key.Organization && (key.Inboxes?.Contains(inbox.Id) ?? true)
                ? inbox.Id
                : throw new ApiRefusedException(ApiError.NoInbox));
        }
        return new(types is null or [] ? null : types, found.Count > 0 ? found : key.Inboxes, [.. key.Scopes.Where(scope => EventType.All.Any(kind => kind.Scope == scope))]);
    }

    static void EnsureAllowed(ApiKey key, string type)
    {
        var kind = EventType.All.FirstOrDefault(kind => kind.Name == type || kind.Family == type)
            ?? throw new ApiRefusedException(ApiError.Invalid(
                "event_types", $"there is no {type}; there are {string.Join(", ", EventType.All.Select(kind => kind.Name))}, and families such as message.*"));
        if (!key.Scopes.Contains(kind.Scope))
        {
            throw new ApiRefusedException(new(
                StatusCodes.Status403Forbidden, "key_limited", $"Events of the type {type} need the scope {kind.Scope}, which this key does not have.",
                $"Leave {type} out, or use a key that has the scope {kind.Scope}."));
        }
    }
}
