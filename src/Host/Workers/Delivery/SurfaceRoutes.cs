using AgentPost.Host.Outside;
using AgentPost.Store;

namespace AgentPost.Host.Workers.Delivery;

/// <summary>What leaves of an inbox with an account elsewhere goes to the submission server of that account; all else goes as others say.</summary>
sealed class SurfaceRoutes(IRoutes others, MailStore store, OutsideAccess outside) : IRoutes
{
    public QueueScope? ScopeOf(QueueScope due) => due.Inbox is null ? others.ScopeOf(due) : due;

    public async Task<Route> FindAsync(QueueScope scope, CancellationToken cancellation)
    {
        if (scope.Inbox is not { } inbox)
        {
            return await others.FindAsync(scope, cancellation);
        }
        if (await store.Surfaces.FindActiveAsync(inbox, cancellation) is not { } surface)
        {
            return Route.Fails(isPermanent: false, "4.3.2", "The account elsewhere that the inbox sent by has been stopped");
        }
        try
        {
            return Route.To([await outside.FindSmtpAsync(surface.Settings.Smtp, cancellation)]);
        }
        catch (OutsideRefusedException refused)
        {
            return Route.Fails(isPermanent: false, "4.4.4", refused.Message);
        }
    }
}
