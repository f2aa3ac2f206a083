using System.Globalization;
using AgentPost.Host.Api.Requests;
using AgentPost.Host.Json;
using AgentPost.Store.Access;
using AgentPost.Store.Events;
using EventId = AgentPost.Store.Events.EventId;

namespace AgentPost.Host.Api.Events;

/// <summary>Lists events for clients that poll.</summary>
static class EventEndpoints
{
    const int PageSize = 200;

    // Limits the work of one request: a filter for rare events must not scan all stored events.
    const int MostPages = 25;

    public static IReadOnlyList<ApiEndpoint> Rows =>
    [
        new("GET", "/api/v1/events", null,
            "List events in their order, oldest first, as far as the key may see them. They are written from the first call on, while somebody asks for them. WebSocket /ws pushes the same.", ListAsync)
        {
            Id = "listEvents", Tag = "Events", Answer = typeof(Page<EventView>),
            Query =
            [
                .. QueryParameter.Page,
                new("after", "string", "Id of an event (evt_…): only what came after it. Without it, from the oldest that is kept."),
                new("type", "string", "A type such as message.received, or a family such as message.*; may be given more than once.") { IsList = true },
                new("inbox", "string", "Id or address of an inbox; may be given more than once.") { IsList = true },
            ],
        },
    ];

    static async Task<IResult> ListAsync(ApiCall call, CancellationToken cancellation)
    {
        var (key, events) = (call.Key, call.Store.Events);
        var filter = await EventSelection.ReadAsync(call.Store, key, call.Query.Texts("type"), call.Query.Texts("inbox"), cancellation);
        await events.FollowAsync(key.Organization, filter, cancellation);
        var limit = call.Query.Limit();
        var position = call.Query.Text("cursor") is null
            ? await PositionAsync(events, key, call.Query.Text("after"), cancellation)
            : Cursor.Read<long>(call, (string text, out long value) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value));
        var shown = new List<EventView>();
        for (var pages = 0; pages < MostPages; pages++)
        {
            var page = await events.ReadAsync(key.Organization, position, PageSize, cancellation);
            foreach (var told in page)
            {
                if (shown.Count == limit)
                {
                    return Answer.Ok(new Page<EventView>(shown, CursorOf(position)));
                }
                position = told.Position;
                if (filter.Passes(told))
                {
                    shown.Add(EventView.Of(told));
                }
            }
            if (page.Count < PageSize)
            {
                return Answer.Ok(new Page<EventView>(shown, null));
            }
        }
        return Answer.Ok(new Page<EventView>(shown, CursorOf(position)));
    }

    static string CursorOf(long position) => Cursor.Write(position.ToString(CultureInfo.InvariantCulture));

    /// <summary>
    /// Returns the position of an event, to continue after it; zero if no event is given. Throws ApiRefusedException if
    /// the event does not exist or has expired.
    /// </summary>
    public static async Task<long> PositionAsync(EventLog events, ApiKey key, string? after, CancellationToken cancellation)
    {
        if (after is null)
        {
            return 0;
        }
        return EventId.TryParse(after, out var id) && await events.FindPositionAsync(key.Organization, id, cancellation) is { } position
            ? position
            : throw new ApiRefusedException(new(
                StatusCodes.Status404NotFound, "event_not_found", $"There is no event {after}, or it is kept no longer.", "Read anew what you need, and go on with the events from now."));
    }
}
