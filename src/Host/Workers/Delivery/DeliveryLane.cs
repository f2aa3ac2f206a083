using AgentPost.Host.Remote;
using AgentPost.Host.Workers.Supervision;
using AgentPost.Store.Model;
using AgentPost.Store.Outbound;

namespace AgentPost.Host.Workers.Delivery;

/// <summary>
/// Delivers the due messages of one destination over one connection, one message at a time, until none is left or the
/// rate limit is reached.
/// </summary>
/// <param name="scope">Part of the queue to deliver: see <see cref="IRoutes.ScopeOf"/>.</param>
sealed class DeliveryLane(DeliveryServices services, QueueLeases leases, IRoutes routes, DestinationRates rates, QueueScope scope)
{
    const int MostRecipients = 1000;

    public async Task RunAsync(CancellationToken stopping)
    {
        var client = scope.Inbox is null ? services.Client : services.Client with { Timeouts = RemoteServerConnector.SmtpTimeouts };
        await using var connection = new OutboundConnection(routes, scope, client);
        try
        {
            while (await TakeAsync(stopping) is var (message, lease))
            {
                using (lease)
                {
                    await DeliverAsync(message, lease, connection, stopping);
                }
            }
            await connection.QuitAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Another instance continues, or this one after its restart.
        }
        catch (StoreUnavailableException unavailable)
        {
            Log.DeliveryPaused(services.Logger, unavailable);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            Log.DeliveryFailed(services.Logger, scope.ToString(), fault);
        }
    }

    async Task<(QueuedMessage Message, HeldLease Lease)?> TakeAsync(CancellationToken stopping)
    {
        if (!rates.TryTake(scope))
        {
            return null;
        }
        (QueuedMessage, HeldLease)? taken = null;
        try
        {
            return taken = await leases.AcquireAsync(
                token => services.Store.Queue.TakeAsync(scope, MostRecipients, token), message => message.Lease, stopping);
        }
        finally
        {
            if (taken is null)
            {
                rates.GiveBack(scope);
            }
        }
    }

    async Task DeliverAsync(QueuedMessage message, HeldLease lease, OutboundConnection connection, CancellationToken stopping)
    {
        using var held = CancellationTokenSource.CreateLinkedTokenSource(stopping, lease.Lost);
        var isOver = false;
        try
        {
            var delivery = new MessageDelivery(services, message, lease);
            await (message.IsHere ? delivery.DeliverHereAsync(held.Token) : delivery.SendAsync(connection, held.Token));
            isOver = true;
        }
        catch (Exception failure) when (lease.Lost.IsCancellationRequested && failure is LeaseLostException or OperationCanceledException)
        {
            // Another instance delivers it.
            Log.DeliveryLeaseLost(services.Logger, message.Sent.ToString());
        }
        finally
        {
            if (!isOver && stopping.IsCancellationRequested)
            {
                await GiveBackAsync(message);
            }
        }
        stopping.ThrowIfCancellationRequested();
    }

    async Task GiveBackAsync(QueuedMessage message)
    {
        try
        {
            await services.Store.Queue.Leases.ReleaseAsync(message.Lease, CancellationToken.None);
        }
        catch (StoreUnavailableException unavailable)
        {
            // The lease expires.
            Log.DeliveryPaused(services.Logger, unavailable);
        }
    }
}
