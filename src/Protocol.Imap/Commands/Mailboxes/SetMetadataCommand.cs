using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Commands.Mailboxes;

/// <summary>SETMETADATA (RFC 5464 §4.3): stores all values or none.</summary>
/// <param name="Mailbox">Null for the server.</param>
/// <param name="Values">A null value removes its entry.</param>
sealed record SetMetadataCommand(FolderName? Mailbox, IReadOnlyList<KeyValuePair<string, byte[]?>> Values) : AuthenticatedCommand
{
    const string Administrator = "/shared/admin";

    // setmetadata = "SETMETADATA" SP mailbox SP entry-values; entry-values = "(" entry SP value *(SP entry SP value)
    // ")"; value = nstring / literal8
    public static SetMetadataCommand Parse(ref CommandParser parser)
    {
        parser.Sp();
        var mailbox = MetadataProductions.MailboxOrServer(ref parser);
        parser.Sp();
        parser.Open();
        // If an entry is named twice, the last value wins.
        var values = new Dictionary<string, byte[]?>();
        do
        {
            var entry = MetadataProductions.Entry(ref parser, EntryScope.Entry);
            parser.Sp();
            values[entry] = parser.MetadataValue();
        }
        while (parser.TrySp());
        parser.Close();
        parser.End();
        return new(mailbox, [.. values]);
    }

    public override async ValueTask<Completion> ExecuteAsync(AuthenticatedContext context, CancellationToken cancellation)
    {
        if (Mailbox is null && Values.Any(pair => pair.Key == Administrator))
        {
            return Completion.No(ResponseCode.Cannot, $"{Administrator} cannot be changed by clients");
        }
        var folder = Mailbox is null ? null : await context.FindFolderAsync(Mailbox, cancellation);
        await context.Store.Annotations.SetAsync(context.Inbox, folder?.Id, Values, cancellation);
        context.Notifications?.NoteOwn(Mailbox);
        return Completion.Ok("SETMETADATA completed");
    }
}
