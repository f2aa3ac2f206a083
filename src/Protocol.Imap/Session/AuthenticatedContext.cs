using AgentPost.Protocol.Imap.Notify;
using AgentPost.Protocol.Imap.Selection;
using AgentPost.Store.Access;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Session;

/// <summary>After login; also, with a folder, <see cref="SelectedContext"/>.</summary>
class AuthenticatedContext(SessionState session, Login login) : SessionContext(session)
{
    public Login Login { get; } = login;

    public InboxId Inbox => Login.Inbox.Id;

    public bool MayWrite => Login.May(Scope.MessagesWrite);

    public bool IsCompressed => Session.IsCompressed;

    /// <summary>The folder of that name; refused with <see cref="Refusal.FolderNotFound"/>.</summary>
    public async ValueTask<Folder> FindFolderAsync(FolderName name, CancellationToken cancellation) =>
        await Store.Folders.FindAsync(Inbox, name, cancellation)
        ?? throw new StoreRefusedException(Refusal.FolderNotFound, "There is no such mailbox");

    public FolderKey KeyOf(Folder folder) => new(Inbox, folder.Id);

    /// <summary>What is told of other mailboxes than the selected one; null without NOTIFY.</summary>
    public Notifications? Notifications => Session.Notifications;

    /// <summary>From now on the client is told of these things (RFC 5465); the session owns the notifications.</summary>
    public void NotifyOf(SelectedEvents selected, Notifications? others) => Session.NotifyOf(selected, others);

    /// <summary>Enters the selected state with a folder that now belongs to the session; one that was selected is given up.</summary>
    public SelectedContext Select(SelectedFolder folder)
    {
        folder.Events = Session.SelectedEvents;
        var selected = new SelectedContext(Session, Login, folder);
        Session.Enter(selected);
        return selected;
    }

    /// <summary>Leaves the selected state, if it is in it.</summary>
    public void Deselect() => Session.Enter(new AuthenticatedContext(Session, Login));
}
