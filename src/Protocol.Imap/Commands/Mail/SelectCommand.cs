using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Selection;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Commands.Mail;

/// <summary>
/// SELECT and EXAMINE (RFC 9051 §6.3.2, §6.3.3). If the key has no write access, SELECT acts like EXAMINE. Only a
/// read-write selection claims <c>\Recent</c>.
/// </summary>
/// <param name="Enables">Extensions that a parameter enables.</param>
/// <param name="Known">The state of the folder that the client knows; null for none.</param>
sealed record SelectCommand(SpelledName Name, FolderAccess Wanted, EnabledExtensions Enables, Resynchronization? Known) : AuthenticatedCommand
{
    // select = "SELECT" SP mailbox [SP "(" select-param *(SP select-param) ")"]
    public static SelectCommand Parse(ref CommandParser parser) => Parse(ref parser, FolderAccess.ReadWrite);

    // examine = "EXAMINE" SP mailbox [SP "(" select-param *(SP select-param) ")"]
    public static SelectCommand ParseExamine(ref CommandParser parser) => Parse(ref parser, FolderAccess.ReadOnly);

    public override async ValueTask<Completion> ExecuteAsync(AuthenticatedContext context, CancellationToken cancellation)
    {
        if (context is SelectedContext)
        {
            // Also if the new folder does not exist (RFC 9051 §6.3.2).
            context.Deselect();
            context.Writer.UntaggedOk(ResponseCode.Closed, "The mailbox selected before is closed");
        }
        // Not through the context, which would report the state of the folder that has just been closed.
        context.Writer.Enabled |= Enables;
        var access = context.MayWrite ? Wanted : FolderAccess.ReadOnly;
        var found = await context.FindFolderAsync(Name.Name, cancellation);
        var folder = await OpenAsync(context, found, access, cancellation);
        var selected = context.Select(folder);
        Tell(context.Writer, folder);
        await ListResponse.TellSelectedAsync(selected, Name, cancellation);
        if (Known is not null)
        {
            await Known.TellAsync(selected, cancellation);
        }
        return access is FolderAccess.ReadWrite
            ? Completion.Ok(ResponseCode.ReadWrite, "SELECT completed")
            : Completion.Ok(ResponseCode.ReadOnly, Wanted is FolderAccess.ReadWrite ? "SELECT completed; this key only reads" : "EXAMINE completed");
    }

    static SelectCommand Parse(ref CommandParser parser, FolderAccess wanted)
    {
        parser.Sp();
        var name = parser.SpelledMailbox();
        var select = new SelectCommand(name, wanted, EnabledExtensions.None, null);
        if (parser.TrySp())
        {
            parser.Open();
            do
            {
                select = select.ParseParameter(ref parser);
            }
            while (parser.TrySp());
            parser.Close();
        }
        parser.End();
        return select;
    }

    /// <summary>select-param = "CONDSTORE" / "QRESYNC" SP "(" … ")" (RFC 7162 §7)</summary>
    SelectCommand ParseParameter(ref CommandParser parser)
    {
        if (parser.TryAtom("CONDSTORE"u8))
        {
            return this with { Enables = EnabledExtensions.CondStore };
        }
        if (Known is not null || !parser.TryAtom("QRESYNC"u8))
        {
            throw parser.Expected("CONDSTORE or QRESYNC");
        }
        if (!parser.Enabled.HasFlag(EnabledExtensions.QResync))
        {
            throw new SyntaxException("QRESYNC has to be enabled first");
        }
        parser.Sp();
        return this with { Known = Resynchronization.Parse(ref parser) };
    }

    static async ValueTask<SelectedFolder> OpenAsync(AuthenticatedContext context, Folder folder, FolderAccess access, CancellationToken cancellation)
    {
        var key = context.KeyOf(folder);
        var lease = await context.Store.Live.OpenAsync(key, cancellation);
        try
        {
            // Claim after the snapshot is taken, so that no other session claims a message that it contains.
            var firstRecent = access is FolderAccess.ReadWrite
                ? await context.Store.Folders.ClaimRecentAsync(key, cancellation)
                : await context.Store.Folders.FirstRecentAsync(key, cancellation);
            return new(lease, folder, access, firstRecent, context.Store.Messages);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    static void Tell(ResponseWriter writer, SelectedFolder folder)
    {
        var view = folder.View;
        writer.FolderFlags(folder.Keywords, folder.Access);
        writer.Exists(folder);
        // IMAP4rev2 omits UNSEEN (RFC 9051 Appendix E), and UIDONLY has no message numbers.
        if ((writer.Enabled & (EnabledExtensions.Imap4Rev2 | EnabledExtensions.UidOnly)) == 0 && view.FirstUnseen() is { } unseen)
        {
            writer.UntaggedOk($"UNSEEN {unseen}", "First unseen message");
        }
        writer.UntaggedOk($"UIDVALIDITY {view.UidValidity}", "UIDs are valid");
        writer.UntaggedOk($"UIDNEXT {view.UidNext}", "Predicted next UID");
        writer.UntaggedOk(MailboxId.Code(folder.Folder), "The mailbox keeps this when it is renamed");
        writer.UntaggedOk(ResponseCode.HighestModSeq(view.HighestModSeq), "Highest mod-sequence");
    }
}
