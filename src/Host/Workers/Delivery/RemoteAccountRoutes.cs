using AgentPost.Host.Remote;
using AgentPost.Store;
using AgentPost.Store.Outbound;

namespace AgentPost.Host.Workers.Delivery;

/// <summary>
/// Routes the mail of an inbox with a remote account to that account's submission server, and other mail through the
/// general routes.
/// </summary>
sealed class RemoteAccountRoutes(IRoutes others, MailStore store, RemoteServerConnector connector) : IRoutes
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
            return Route.Fails(isPermanent: false, "4.3.2", "The remote account of the inbox was stopped");
        }
        try
        {
            return Route.To([await connector.FindSmtpAsync(account.Settings.Smtp, cancellation)]);
        }
        catch (RemoteServerException refused)
        {
            return Route.Fails(isPermanent: false, "4.4.4", refused.Message);
        }
    }
}
