using MailKit;
using MailKit.Net.Imap;

namespace AgentPost.Host.Remote;

/// <summary>An IMAP client that passes on a message as it arrives instead of keeping it in memory.</summary>
sealed class StreamingImapClient(IProtocolLogger logger) : ImapClient(logger)
{
    /// <summary>Receives the message that is being fetched. Null between messages.</summary>
    public MessageDownload? Download { get; set; }

    protected override ImapFolder CreateImapFolder(ImapFolderConstructorArgs args) => new StreamingFolder(args, this);

    sealed class StreamingFolder(ImapFolderConstructorArgs args, StreamingImapClient client) : ImapFolder(args)
    {
        protected override Stream CreateStream(UniqueId? uid, string section, int offset, int length) =>
            client.Download?.Receive(uid?.Id, section, length) ?? Stream.Null;
    }
}
