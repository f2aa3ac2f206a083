using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Commands.Mail;

/// <summary>
/// Narrows a FETCH to changed messages (RFC 7162 §3.1.4.1, §3.2.6) or to a page of the messages (RFC 9394 §3.3).
/// </summary>
/// <param name="ChangedSince">Only messages that changed after this mod-sequence; null for all.</param>
/// <param name="TellsVanished">True if messages that have vanished since are also reported.</param>
/// <param name="Page">A page of the messages in the set; null for all.</param>
sealed record FetchModifiers(ModSeq? ChangedSince, bool TellsVanished, ResultPage? Page)
{
    static readonly FetchModifiers None = new(null, false, null);

    /// <summary>fetch-modifiers = "(" fetch-modifier *(SP fetch-modifier) ")" (RFC 4466 §2.4)</summary>
    public static FetchModifiers Parse(ref CommandParser parser, Numbering numbering)
    {
        var modifiers = None;
        parser.Open();
        do
        {
            modifiers = modifiers.Add(ref parser);
        }
        while (parser.TrySp());
        parser.Close();
        if (modifiers.TellsVanished && (numbering is not Numbering.Uids || !parser.Enabled.HasFlag(EnabledExtensions.QResync)))
        {
            throw new SyntaxException("VANISHED is for UID FETCH, and QRESYNC has to be enabled first");
        }
        if (modifiers.Page is not null && numbering is not Numbering.Uids)
        {
            throw new SyntaxException("PARTIAL is for UID FETCH");
        }
        return modifiers is { TellsVanished: true, ChangedSince: null } ? throw new SyntaxException("VANISHED needs CHANGEDSINCE") : modifiers;
    }

    /// <summary>Selects the page first, then the changed messages in it (RFC 9394 §3.4).</summary>
    public MessageSelection Narrow(MessageSelection selection)
    {
        var meant = Page is { } page ? selection.Within(page) : selection;
        return ChangedSince is { } since ? meant.ChangedSince(since) : meant;
    }

    /// <summary>
    /// fetch-modifier = "CHANGEDSINCE" SP mod-sequence-value / "VANISHED" / "PARTIAL" SP partial-range
    /// </summary>
    FetchModifiers Add(ref CommandParser parser)
    {
        if (parser.TryAtom("CHANGEDSINCE"u8))
        {
            parser.Sp();
            // iOS sends CHANGEDSINCE 0, which the grammar does not allow.
            return this with { ChangedSince = new(parser.Number64()) };
        }
        if (parser.TryAtom("VANISHED"u8))
        {
            return this with { TellsVanished = true };
        }
        if (parser.TryAtom("PARTIAL"u8))
        {
            parser.Sp();
            return this with { Page = ResultPage.Parse(ref parser) };
        }
        throw parser.Expected("CHANGEDSINCE, VANISHED or PARTIAL");
    }
}
