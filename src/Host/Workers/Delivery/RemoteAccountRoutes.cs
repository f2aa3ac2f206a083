using AgentPost.Host.Remote;
using AgentPost.Store;

namespace AgentPost.Host.Workers.Delivery;

/// <summary>What leaves of an inbox with an account elsewhere goes to the submission server of that account; all else goes as others say.</summary>
sealed class RemoteAccountRoutes(IRoutes others, MailStore store, RemoteServerConnector outside) : IRoutes
{
    public QueueScope? ScopeOf(QueueScope due) => due.Inbox is null ? others.ScopeOf(due) : due;

    public async Task<Route> FindAsync(QueueScope scope, CancellationToken cancellation)
    {
        if (scope.Inbox is not { } inbox)
        {
            return await others.FindAsync(scope, cancellation);
        }
        if (await store.RemoteAccounts.FindActiveAsync(inbox, cancellation) is not { } account)
        {
            return Route.Fails(isPermanent: false, "4.3.2", "The account elsewhere that the inbox sent by has been stopped");
        }
        try
        {
            return Route.To([await outside.FindSmtpAsync(account.Settings.Smtp, cancellation)]);
        }
        catch (RemoteServerException refused)
        {
            return Route.Fails(isPermanent: false, "4.4.4", refused.Message);
        }
    }
}
