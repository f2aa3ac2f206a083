using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;

namespace AgentPost.Protocol.Imap.Commands.Mailboxes;

/// <summary>CREATE (RFC 9051 §6.3.4), with the special uses of the new folder (RFC 6154 §3).</summary>
/// <param name="SpecialUses">The uses, spelled as in LIST.</param>
sealed record CreateCommand(SpelledName Name, IReadOnlyList<string> SpecialUses) : AuthenticatedCommand
{
    // Uses that a folder can be created for. Every inbox already has folders for \Sent, \Drafts and \Trash. \All and
    // \Flagged show messages of other folders, which no folder here does.
    static readonly string[] KnownUses = [@"\Archive", @"\Junk", @"\Sent", @"\Drafts", @"\Trash"];

    // create = "CREATE" SP mailbox [SP "(" create-param *(SP create-param) ")"] (RFC 4466 §2.2)
    public static CreateCommand Parse(ref CommandParser parser)
    {
        parser.Sp();
        var name = parser.NewMailbox();
        var uses = parser.TrySp() ? ParseParameters(ref parser) : [];
        parser.End();
        return new(name, uses);
    }

    public override async ValueTask<Completion> ExecuteAsync(AuthenticatedContext context, CancellationToken cancellation)
    {
        var uses = new List<string>();
        foreach (var asked in SpecialUses.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (Array.Find(KnownUses, use => use.Equals(asked, StringComparison.OrdinalIgnoreCase)) is not { } known)
            {
                return Completion.No(ResponseCode.UseAttr, $"No mailbox can be made for {asked}");
            }
            uses.Add(known);
        }
        var folder = await context.Store.Folders.CreateAsync(context.Inbox, Name.Name, uses.Count > 0 ? string.Join(' ', uses) : null, cancellation);
        context.Notifications?.NoteOwn(Name.Name);
        if (!Name.IsNormalized)
        {
            await ListResponse.TellSpellingAsync(context, Name, Name.Spelling, cancellation);
        }
        return Completion.Ok(MailboxId.Code(folder), "CREATE completed");
    }

    /// <summary>
    /// "(" create-param *(SP create-param) ")"; the only one is "USE" SP "(" [use-attr *(SP use-attr)] ")"
    /// </summary>
    static List<string> ParseParameters(ref CommandParser parser)
    {
        parser.Open();
        if (!parser.TryAtom("USE"u8))
        {
            throw parser.Expected("USE");
        }
        parser.Sp();
        parser.Open();
        var uses = new List<string>();
        if (!parser.TryClose())
        {
            do
            {
                parser.Octet((byte)'\\');
                uses.Add(@"\" + parser.Atom());
            }
            while (parser.TrySp());
            parser.Close();
        }
        parser.Close();
        return uses;
    }
}
