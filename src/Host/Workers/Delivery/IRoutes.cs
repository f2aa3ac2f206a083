using AgentPost.Protocol.Smtp.Client;
using AgentPost.Store.Outbound;

namespace AgentPost.Host.Workers.Delivery;

/// <summary>Finds the servers that accept mail for a destination.</summary>
interface IRoutes
{
    /// <summary>
    /// Returns the part of the queue that shares the route and the connection of this part. Returns null if its mail
    /// must not be sent now.
    /// </summary>
    /// <param name="due">Local inboxes, a destination, or an inbox with a remote account.</param>
    QueueScope? ScopeOf(QueueScope due);

    /// <param name="scope">A result of <see cref="ScopeOf"/>, except local inboxes.</param>
    Task<Route> FindAsync(QueueScope scope, CancellationToken cancellation);
}

/// <summary>Servers to try, in this order, or the reason why there are none.</summary>
sealed record Route(IReadOnlyList<SmtpPeer> Peers, Failure? Failure)
{
    public static Route To(IReadOnlyList<SmtpPeer> peers) => new(peers, null);

    public static Route Fails(bool isPermanent, string status, string explanation, bool isAddressWrong = false) =>
        new([], new(isPermanent, status, explanation, null, isAddressWrong));
}

/// <summary>The reason why no server could be used.</summary>
/// <param name="Peer">The server that was tried last. Null if none was tried.</param>
/// <param name="IsAddressWrong">True if the domain does not accept mail, so that its addresses are suppressed.</param>
sealed record Failure(bool IsPermanent, string Status, string Explanation, string? Peer, bool IsAddressWrong);
