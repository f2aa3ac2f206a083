using AgentPost.Protocol.Smtp.Client;
using AgentPost.Store.Outbound;

namespace AgentPost.Host.Workers.Delivery;

/// <summary>Which servers take the mail for a destination.</summary>
interface IRoutes
{
    /// <summary>What goes the same way as this part of the queue, and over the same connection. Null: it is not to leave now.</summary>
    /// <param name="due">Inboxes here, a destination, or an inbox with a way of its own.</param>
    QueueScope? ScopeOf(QueueScope due);

    /// <param name="scope">As <see cref="ScopeOf"/> gave it; not inboxes here.</param>
    Task<Route> FindAsync(QueueScope scope, CancellationToken cancellation);
}

/// <summary>Servers to be tried in this order, or why there is none.</summary>
sealed record Route(IReadOnlyList<SmtpPeer> Peers, Failure? Failure)
{
    public static Route To(IReadOnlyList<SmtpPeer> peers) => new(peers, null);

    public static Route Fails(bool isPermanent, string status, string explanation, bool isAddressWrong = false) =>
        new([], new(isPermanent, status, explanation, null, isAddressWrong));
}

/// <summary>Why no server could be spoken with.</summary>
/// <param name="Peer">The server that was tried last; null: none.</param>
/// <param name="IsAddressWrong">The domain takes no mail: nobody needs to write to it again.</param>
sealed record Failure(bool IsPermanent, string Status, string Explanation, string? Peer, bool IsAddressWrong);
