using AgentPost.Protocol.Imap.Notify;
using AgentPost.Protocol.Imap.Selection;
using AgentPost.Store.Access;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Session;

/// <summary>The state after login. If a folder is selected, the context is a <see cref="SelectedContext"/>.</summary>
class AuthenticatedContext(SessionState session, Login login) : SessionContext(session)
{
    public Login Login { get; } = login;

    public InboxId Inbox => Login.Inbox.Id;

    public bool MayWrite => Login.May(Scope.MessagesWrite);

    public bool IsCompressed => Session.IsCompressed;

    /// <summary>
    /// Finds the folder with this name. Throws StoreRefusedException: <see cref="Refusal.FolderNotFound"/>.
    /// </summary>
    public async ValueTask<Folder> FindFolderAsync(FolderName name, CancellationToken cancellation) =>
        await Store.Folders.FindAsync(Inbox, name, cancellation)
        ?? throw new StoreRefusedException(Refusal.FolderNotFound, "There is no such mailbox");

    public FolderKey KeyOf(Folder folder) => new(Inbox, folder.Id);

    /// <summary>Notifications about mailboxes other than the selected one; null without NOTIFY.</summary>
    public Notifications? Notifications => Session.Notifications;

    /// <summary>Replaces the events that the client receives (RFC 5465). The session owns the notifications.</summary>
    public void NotifyOf(SelectedEvents selected, Notifications? others) => Session.NotifyOf(selected, others);

    /// <summary>
    /// Enters the selected state. The session takes ownership of the folder and closes the previously selected one.
    /// </summary>
    public SelectedContext Select(SelectedFolder folder)
    {
        folder.Events = Session.SelectedEvents;
        var selected = new SelectedContext(Session, Login, folder);
        Session.Enter(selected);
        return selected;
    }

    /// <summary>Leaves the selected state, if a folder is selected.</summary>
    public void Deselect() => Session.Enter(new AuthenticatedContext(Session, Login));
}
