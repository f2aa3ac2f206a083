using AgentPost.Host.Api.Requests;
using AgentPost.Protocol.Connections;
using AgentPost.Store.Model;

namespace AgentPost.Host.Api.Access;

/// <summary>Lists and ends the logged-in IMAP and SMTP sessions of the instance that receives the request.</summary>
static class SessionEndpoints
{
    const string Tag = "Sessions";

    public static IReadOnlyList<ApiEndpoint> Rows =>
    [
        new("GET", "/api/v1/sessions", Scope.InboxesRead, "List the IMAP and SMTP sessions of this host.", ListAsync)
        {
            Id = "listSessions", Tag = Tag, Answer = typeof(Page<SessionView>),
        },
        new("DELETE", "/api/v1/sessions/{session}", Scope.InboxesWrite, "End a session. Its client may log in again.", EndAsync)
        {
            Id = "endSession", Tag = Tag, Status = StatusCodes.Status204NoContent,
        },
    ];

    static async Task<IResult> ListAsync(ApiCall call, CancellationToken cancellation)
    {
        var sessions = await FindAsync(call, cancellation);
        return Answer.Ok(new Page<SessionView>([.. sessions.OrderBy(session => session.Since).Select(SessionView.Of)], null));
    }

    static async Task<IResult> EndAsync(ApiCall call, CancellationToken cancellation)
    {
        var id = call.Route("session");
        var session = (await FindAsync(call, cancellation)).FirstOrDefault(found => found.ConnectionId == id)
            ?? throw new ApiRefusedException(ApiError.NotFound("session", id));
        session.End(EndReason.LoginEnded);
        return Answer.NoContent;
    }

    static async Task<IReadOnlyList<RegisteredSession>> FindAsync(ApiCall call, CancellationToken cancellation)
    {
        var sessions = call.Service<SessionRegistry>().List();
        var ids = sessions.Select(session => InboxId.TryParse(session.Login.Inbox, out var id) ? id : default).Where(call.Opens).Distinct().ToList();
        var seen = (await call.Store.Organizations.ListInboxesAsync(call.Key.Organization, ids, "", int.MaxValue, cancellation)).Select(inbox => inbox.Id.ToString()).ToHashSet();
        return [.. sessions.Where(session => seen.Contains(session.Login.Inbox))];
    }
}

/// <summary>An IMAP or SMTP session in API responses.</summary>
/// <param name="Protocol"><c>imap</c> or <c>smtp</c>.</param>
sealed record SessionView(string Id, string Protocol, string InboxId, string KeyId, string RemoteAddress, DateTimeOffset Since)
{
    public static SessionView Of(RegisteredSession session) => new(
        session.ConnectionId, session.Login.Protocol, session.Login.Inbox, session.Login.Key, session.RemoteAddress.ToString(), session.Since);
}
