using AgentPost.Store.Outbound;

namespace AgentPost.Host.Workers.Delivery;

/// <summary>Routes for mode <c>hold</c>: only local inboxes receive mail.</summary>
sealed class NoRoutes : IRoutes
{
    public QueueScope? ScopeOf(QueueScope due) => due == QueueScope.Here ? due : null;

    public Task<Route> FindAsync(QueueScope scope, CancellationToken cancellation) =>
        Task.FromResult(Route.Fails(isPermanent: false, "4.3.2", "Mail for other servers is held"));
}
