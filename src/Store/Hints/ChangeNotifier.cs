using System.Threading.Channels;
using AgentPost.Store.Data;
using AgentPost.Store.Model;
using Microsoft.Extensions.Logging;

namespace AgentPost.Store.Hints;

/// <summary>
/// Tells of committed changes: other processes through the database, and of accounts also the subscribers in this one. A hint only: receivers ask the
/// database, and a lost hint costs delay.
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

    /// <summary>Names this process in hints.</summary>
    public string Sender => _hints.Sender;

    /// <summary>
    /// Registers who wants to hear of folders that other processes changed, before first use; null means that any may have changed. Handlers only take
    /// note: they neither wait nor throw.
    /// </summary>
    public void OnFolderChangedElsewhere(Action<FolderKey?> handler) => _folderHandlers.Add(handler);

    /// <summary>Registers who wants to hear of keys and inboxes; run one at a time, never twice at once.</summary>
    public void OnAccountsChanged(Func<CancellationToken, Task> handler)
    {
        lock (_accountHandlers)
        {
            _accountHandlers.Add(handler);
        }
    }

    /// <summary>Registers who wants to hear of mail to be delivered, before first use. Handlers only take note: they neither wait nor throw.</summary>
    public void OnQueueChanged(Action handler) => _queueHandlers.Add(handler);

    /// <summary>Registers who makes events of what is noted, before first use; of this process only. Handlers only take note.</summary>
    public void OnEventsNoted(Action handler) => _eventNoteHandlers.Add(handler);

    /// <summary>Registers who wants to hear of events, before first use; null means that any organization may have new ones. Handlers only take note.</summary>
    public void OnEventsChanged(Action<OrganizationId?> handler) => _eventHandlers.Add(handler);

    /// <summary>Registers who wants to hear of what webhooks are to be told, before first use. Handlers only take note.</summary>
    public void OnWebhooksQueued(Action handler) => _webhookHandlers.Add(handler);

    /// <summary>Call after the commit of notes that are to become events.</summary>
    public void EventsNoted() => _eventNoteHandlers.ForEach(handler => handler());

    /// <summary>Call after the commit of events.</summary>
    public void EventsChanged(OrganizationId organization)
    {
        TellEvents(organization);
        _hints.Send(HintPayload.FormatEvents(organization));
    }

    /// <summary>Call after the commit of what webhooks are to be told.</summary>
    public void WebhooksQueued()
    {
        TellWebhooks();
        _hints.Send(HintPayload.Webhooks);
    }

    /// <summary>Call after the commit of mail that is to be delivered.</summary>
    public void QueueChanged()
    {
        TellQueue();
        _hints.Send(HintPayload.Queue);
    }

    /// <summary>Call after the commit of a change in the folder, its creation or its deletion.</summary>
    public void FolderChanged(FolderKey folder) => _hints.Send(HintPayload.Format(folder));

    /// <summary>Call after the commit of a change to folders as such, subscriptions or annotations.</summary>
    public void NamesChanged(InboxId inbox) => FolderChanged(new(inbox, FolderId.None));

    /// <summary>Call after the commit of a change to keys or inboxes.</summary>
    public void AccountsChanged()
    {
        _accountsChanged.Writer.TryWrite(true);
        _hints.Send(HintPayload.Accounts);
    }

    /// <summary>Takes a hint of another process.</summary>
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
                // Handlers belong to others; one that fails must not silence the rest.
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
