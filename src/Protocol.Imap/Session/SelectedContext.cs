using AgentPost.Store;

namespace AgentPost.Protocol.Imap;

/// <summary>While a folder is selected.</summary>
sealed class SelectedContext(ImapSession session, Login login, SelectedFolder folder) : AuthenticatedContext(session, login)
{
    /// <summary>Disposed by the session when the state is left.</summary>
    public SelectedFolder Folder { get; } = folder;

    /// <summary>The first time that CONDSTORE is enabled, also tells where the folder stands (RFC 7162 §3.1).</summary>
    public override void Enable(EnabledExtensions extensions)
    {
        var isFirst = extensions.HasFlag(EnabledExtensions.CondStore) && !Enabled.HasFlag(EnabledExtensions.CondStore);
        base.Enable(extensions);
        if (isFirst)
        {
            Writer.UntaggedOk(ResponseCode.HighestModSeq(Folder.ToldModSeq), "Mod-sequences are told from now on");
        }
    }
}
