namespace AgentPost.Host.Workers.Delivery;

/// <summary>Nothing leaves; the lanes for inboxes here need no route.</summary>
sealed class NoRoutes : IRoutes
{
    public string? ScopeOf(string destination) => destination;

    public Task<Route> FindAsync(string? scope, CancellationToken cancellation) =>
        Task.FromResult(Route.Fails(isPermanent: false, "4.3.2", "Mail for other servers is held"));
}
