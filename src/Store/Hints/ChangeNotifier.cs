using System.Threading.Channels;
using AgentPost.Store.Data;
using AgentPost.Store.Model;
using Microsoft.Extensions.Logging;

namespace AgentPost.Store.Hints;

/// <summary>
/// Announces committed changes to other processes through the database, and to handlers in this process, except changes
/// of folders. An announcement is only a hint: receivers read the database, and a lost hint only causes a delay.
/// </summary>
sealed class ChangeNotifier : IAsyncDisposable
{
    readonly HintSender _hints;
    readonly ILogger _logger;
    readonly List<Action<FolderKey?>> _folderHandlers = [];
    readonly List<Func<CancellationToken, Task>> _accountHandlers = [];
    readonly List<Action> _queueHandlers = [];
    readonly List<Action> _eventNoteHandlers = [];
    readonly List<Action<OrganizationId?>> _eventHandlers = [];
    readonly List<Action> _webhookHandlers = [];
    readonly Channel<bool> _accountsChanged = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly CancellationTokenSource _stopping = new();
    readonly Task _accountsLoop;

    public ChangeNotifier(Database database, ILogger logger)
    {
        _hints = new(database, logger);
        _logger = logger;
        _accountsLoop = RunAccountHandlersAsync(_stopping.Token);
    }

    /// <summary>Identifies this process in hints.</summary>
    public string Sender => _hints.Sender;

    /// <summary>
    /// Registers a handler for folder changes by other processes. Call before first use. Null means that any folder may
    /// have changed. The handler must not wait or throw.
    /// </summary>
    public void OnFolderChangedElsewhere(Action<FolderKey?> handler) => _folderHandlers.Add(handler);

    /// <summary>
    /// Registers a handler for changes of keys and inboxes. Handlers run one at a time, never concurrently.
    /// </summary>
    public void OnAccountsChanged(Func<CancellationToken, Task> handler)
    {
        lock (_accountHandlers)
        {
            _accountHandlers.Add(handler);
        }
    }

    /// <summary>
    /// Registers a handler for newly queued mail. Call before first use. The handler must not wait or throw.
    /// </summary>
    public void OnQueueChanged(Action handler) => _queueHandlers.Add(handler);

    /// <summary>
    /// Registers a handler for changes that this process has recorded as future events. Call before first use. The
    /// handler must not wait or throw.
    /// </summary>
    public void OnEventsNoted(Action handler) => _eventNoteHandlers.Add(handler);

    /// <summary>
    /// Registers a handler for new events. Call before first use. Null means that any organization may have new ones.
    /// The handler must not wait or throw.
    /// </summary>
    public void OnEventsChanged(Action<OrganizationId?> handler) => _eventHandlers.Add(handler);

    /// <summary>
    /// Registers a handler for newly queued webhook deliveries. Call before first use. The handler must not wait or
    /// throw.
    /// </summary>
    public void OnWebhooksQueued(Action handler) => _webhookHandlers.Add(handler);

    /// <summary>Call after the commit of recorded changes that will become events.</summary>
    public void EventsNoted() => _eventNoteHandlers.ForEach(handler => handler());

    /// <summary>Call after the commit of events.</summary>
    public void EventsChanged(OrganizationId organization)
    {
        TellEvents(organization);
        _hints.Send(HintPayload.FormatEvents(organization));
    }

    /// <summary>Call after the commit of queued webhook deliveries.</summary>
    public void WebhooksQueued()
    {
        TellWebhooks();
        _hints.Send(HintPayload.Webhooks);
    }

    /// <summary>Call after the commit of queued mail.</summary>
    public void QueueChanged()
    {
        TellQueue();
        _hints.Send(HintPayload.Queue);
    }

    /// <summary>Call after the commit of a change to a folder, its creation or its deletion.</summary>
    public void FolderChanged(FolderKey folder) => _hints.Send(HintPayload.Format(folder));

    /// <summary>Call after the commit of a change to the list of folders, to subscriptions or to annotations.</summary>
    public void NamesChanged(InboxId inbox) => FolderChanged(new(inbox, FolderId.None));

    /// <summary>Call after the commit of a change to keys or inboxes.</summary>
    public void AccountsChanged()
    {
        _accountsChanged.Writer.TryWrite(true);
        _hints.Send(HintPayload.Accounts);
    }

    /// <summary>Processes a hint from another process.</summary>
    public void Receive(string hint)
    {
        if (HintPayload.TryParse(hint, out var folder))
        {
            TellFolders(folder);
        }
        if (hint == HintPayload.Everything)
        {
            TellFolders(null);
            TellEvents(null);
        }
        if (hint is HintPayload.Everything or HintPayload.Accounts)
        {
            _accountsChanged.Writer.TryWrite(true);
        }
        if (hint is HintPayload.Everything or HintPayload.Queue)
        {
            TellQueue();
        }
        if (HintPayload.TryParseEvents(hint, out var organization))
        {
            TellEvents(organization);
        }
        if (hint is HintPayload.Everything or HintPayload.Webhooks)
        {
            TellWebhooks();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _accountsChanged.Writer.TryComplete();
        await _stopping.CancelAsync();
        await _accountsLoop;
        _stopping.Dispose();
        await _hints.DisposeAsync();
    }

    void TellFolders(FolderKey? folder) => _folderHandlers.ForEach(handler => handler(folder));

    void TellQueue() => _queueHandlers.ForEach(handler => handler());

    void TellEvents(OrganizationId? organization) => _eventHandlers.ForEach(handler => handler(organization));

    void TellWebhooks() => _webhookHandlers.ForEach(handler => handler());

    async Task RunAccountHandlersAsync(CancellationToken cancellation)
    {
        while (await _accountsChanged.Reader.WaitToReadAsync(CancellationToken.None))
        {
            _accountsChanged.Reader.TryRead(out _);
            foreach (var handler in AccountHandlers())
            {
                try
                {
                    await handler(cancellation);
                }
                // The handlers belong to different components. A failure of one must not affect the others.
                catch (Exception failure) when (failure is not OutOfMemoryException)
                {
                    Log.AccountHandlerFailed(_logger, failure);
                }
            }
        }
    }

    Func<CancellationToken, Task>[] AccountHandlers()
    {
        lock (_accountHandlers)
        {
            return [.. _accountHandlers];
        }
    }
}
