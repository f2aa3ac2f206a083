using AgentPost.Protocol.Imap.Selection;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store;
using AgentPost.Store.Live;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Notify;

/// <summary>
/// Reports changes of mailboxes other than the selected one, after NOTIFY SET (RFC 5465). Used only by the connection's
/// task, which calls <see cref="TellAsync"/> when <see cref="ChangedAsync"/> completes.
/// </summary>
sealed class Notifications : IDisposable
{
    /// <summary>
    /// Maximum number of mailboxes that are kept in memory for one client. More are rejected with NOTIFICATIONOVERFLOW.
    /// </summary>
    public const int MostFolders = 1000;

    readonly MailStore _store;
    readonly InboxId _inbox;
    readonly NotifyRequest _request;
    readonly LiveInboxLease _lease;
    readonly Dictionary<FolderId, WatchedFolder> _watched = [];
    readonly HashSet<FolderName?> _own = [];
    InboxMarks _seen;
    InboxNames _names;

    Notifications(MailStore store, InboxId inbox, NotifyRequest request)
    {
        _store = store;
        _inbox = inbox;
        _request = request;
        _lease = store.LiveInboxes.Open(inbox);
        _seen = _lease.Inbox.Current;
        _names = new(new([], []), new Dictionary<AnnotationKey, string>());
    }

    /// <summary>Folders whose messages are reported, possibly including the selected one.</summary>
    public IEnumerable<WatchedFolder> Watched => _watched.Values.OrderBy(watched => watched.Folder.Name.Value, StringComparer.Ordinal);

    /// <summary>
    /// Records the current state. Throws RefusedException with NOTIFICATIONOVERFLOW if there are too many mailboxes.
    /// </summary>
    public static async ValueTask<Notifications> StartAsync(MailStore store, InboxId inbox, NotifyRequest request, CancellationToken cancellation)
    {
        var notifications = new Notifications(store, inbox, request);
        try
        {
            notifications._names = await InboxNames.ReadAsync(store, inbox, request, cancellation);
            await notifications.WatchAsync(notifications._names, cancellation);
            return notifications;
        }
        catch
        {
            notifications.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Records that the client itself changes a mailbox, its subscription or its annotations, so that this is not
    /// reported.
    /// </summary>
    /// <param name="name">Null for annotations of the server.</param>
    public void NoteOwn(FolderName? name) => _own.Add(name);

    /// <summary>
    /// Records that the client itself added messages to a folder, whose mod-sequence changed from one to the other, so
    /// that they are not reported.
    /// </summary>
    public void NoteOwnMessages(FolderId folder, ModSeq before, ModSeq after) => _watched.GetValueOrDefault(folder)?.LearnOwn(before, after);

    /// <summary>Completes when there may be changes to report.</summary>
    public Task ChangedAsync(CancellationToken cancellation) => _lease.Inbox.ChangedSinceAsync(_seen, cancellation);

    /// <summary>
    /// Reports changes. Throws RefusedException with NOTIFICATIONOVERFLOW if there are now too many mailboxes.
    /// </summary>
    /// <param name="selected">Null if no mailbox is selected.</param>
    public async ValueTask TellAsync(ResponseWriter writer, SelectedFolder? selected, CancellationToken cancellation)
    {
        var marks = _lease.Inbox.Current;
        if (marks == _seen)
        {
            return;
        }
        if (marks.Names != _seen.Names)
        {
            await TellNamesAsync(writer, cancellation);
        }
        foreach (var watched in Watched)
        {
            if (selected?.Key.Folder == watched.Folder.Id)
            {
                // The selected folder reports its own changes.
                watched.Learn(selected.View);
            }
            else
            {
                watched.TellNews(writer);
            }
            await writer.FlushIfLargeAsync(cancellation);
        }
        _seen = marks;
    }

    public void Dispose()
    {
        foreach (var watched in _watched.Values)
        {
            watched.Dispose();
        }
        _lease.Dispose();
    }

    async ValueTask TellNamesAsync(ResponseWriter writer, CancellationToken cancellation)
    {
        var (before, now) = (_names, await InboxNames.ReadAsync(_store, _inbox, _request, cancellation));
        await WatchAsync(now, cancellation);
        _names = now;
        NameChangeWriter changes = new(writer, _request, before, now);
        changes.WriteNames(_own);
        changes.WriteAnnotations(_own);
        _own.Clear();
    }

    /// <summary>Watches exactly the folders that the request matches now.</summary>
    async ValueTask WatchAsync(InboxNames names, CancellationToken cancellation)
    {
        var wanted = names.List.Folders
            .Select(folder => (Folder: folder, Events: _request.EventsOf(folder.Name, names.IsSubscribed) & NotifyEvents.Messages))
            .Where(row => row.Events != 0)
            .ToList();
        if (wanted.Count > MostFolders)
        {
            throw new RefusedException(Completion.No(ResponseCode.NotificationOverflow, $"Messages of at most {MostFolders} mailboxes can be told of"));
        }
        foreach (var gone in _watched.Keys.Except(wanted.Select(row => row.Folder.Id)).ToList())
        {
            _watched.Remove(gone, out var watched);
            watched?.Dispose();
        }
        foreach (var (folder, events) in wanted)
        {
            if (_watched.TryGetValue(folder.Id, out var watched))
            {
                watched.HasNewName |= watched.Folder.Name != folder.Name && !_own.Contains(folder.Name);
                (watched.Folder, watched.Events) = (folder, events);
            }
            else
            {
                await AddAsync(folder, events, cancellation);
            }
        }
    }

    async ValueTask AddAsync(Folder folder, NotifyEvents events, CancellationToken cancellation)
    {
        try
        {
            var watched = new WatchedFolder(await _store.Live.OpenAsync(new(_inbox, folder.Id), cancellation), folder, events);
            _watched.Add(folder.Id, watched);
            if (_names.Folders.Count > 0 && !_names.Folders.ContainsKey(folder.Id))
            {
                watched.ForgetAll();
                watched.HasNewName = !_own.Contains(folder.Name);
            }
        }
        catch (StoreRefusedException)
        {
            // The folder has been deleted in the meantime. That is reported next.
        }
    }
}
