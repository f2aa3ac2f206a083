using AgentPost.Host.Remote;
using AgentPost.Store;

namespace AgentPost.Host.Workers.Delivery;

/// <summary>Works off what is due for one destination over one connection, a message at a time, until nothing is left or the rest has to wait for its rate.</summary>
/// <param name="scope">What is taken from the queue: see <see cref="IRoutes.ScopeOf"/>.</param>
sealed class DeliveryLane(DeliveryServices services, Leases leases, IRoutes routes, DestinationRates rates, QueueScope scope)
{
    const int MostRecipients = 1000;

    public async Task RunAsync(CancellationToken stopping)
    {
        var client = scope.Inbox is null ? services.Client : services.Client with { Timeouts = RemoteServerConnector.SmtpTimeouts };
        await using var connection = new OutboundConnection(routes, scope, client);
        try
        {
            while (await TakeAsync(stopping) is { } message)
            {
                await DeliverAsync(message, connection, stopping);
            }
            await connection.QuitAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The next host, or this one when it is back, goes on.
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

    async Task<QueuedMessage?> TakeAsync(CancellationToken stopping)
    {
        if (!rates.TryTake(scope))
        {
            return null;
        }
        QueuedMessage? message = null;
        try
        {
            return message = await services.Store.Queue.TakeAsync(scope, MostRecipients, stopping);
        }
        finally
        {
            if (message is null)
            {
                rates.GiveBack(scope);
            }
        }
    }

    async Task DeliverAsync(QueuedMessage message, OutboundConnection connection, CancellationToken stopping)
    {
        leases.Add(message.Lease);
        var isOver = false;
        try
        {
            var delivery = new MessageDelivery(services, message);
            await (message.IsHere ? delivery.DeliverHereAsync(stopping) : delivery.SendAsync(connection, stopping));
            isOver = true;
        }
        finally
        {
            leases.Remove(message.Lease);
            if (!isOver && stopping.IsCancellationRequested)
            {
                await GiveBackAsync(message);
            }
        }
    }

    async Task GiveBackAsync(QueuedMessage message)
    {
        try
        {
            await services.Store.Queue.GiveBackAsync(message.Lease, CancellationToken.None);
        }
        catch (StoreUnavailableException unavailable)
        {
            // The lease ends by itself.
            Log.DeliveryPaused(services.Logger, unavailable);
        }
    }
}
