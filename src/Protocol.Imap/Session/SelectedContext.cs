using AgentPost.Store;

namespace AgentPost.Protocol.Imap;

/// <summary>While a folder is selected.</summary>
sealed class SelectedContext(ImapSession session, Login login, SelectedFolder folder) : AuthenticatedContext(session, login)
{
    /// <summary>Disposed by the session when the state is left.</summary>
    public SelectedFolder Folder { get; } = folder;
}
