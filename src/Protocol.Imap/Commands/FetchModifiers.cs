using AgentPost.Store;

namespace AgentPost.Protocol.Imap;

/// <summary>What narrows a FETCH to what has changed (RFC 7162 §3.1.4.1, §3.2.6).</summary>
/// <param name="ChangedSince">Only messages changed later are meant.</param>
/// <param name="TellsVanished">Whether those that have vanished since are told too.</param>
sealed record FetchModifiers(ModSeq ChangedSince, bool TellsVanished)
{
    /// <summary>fetch-modifiers = "(" fetch-modifier *(SP fetch-modifier) ")" (RFC 4466 §2.4)</summary>
    public static FetchModifiers Parse(ref CommandParser parser, Numbering numbering)
    {
        var (since, tellsVanished) = (default(ModSeq?), false);
        parser.Octet((byte)'(');
        do
        {
            if (parser.TryAtom("CHANGEDSINCE"u8))
            {
                parser.Sp();
                // iOS sends CHANGEDSINCE 0, which the grammar has not.
                since = new(parser.Number64());
            }
            else if (parser.TryAtom("VANISHED"u8))
            {
                tellsVanished = true;
            }
            else
            {
                throw parser.Expected("CHANGEDSINCE or VANISHED");
            }
        }
        while (parser.TrySp());
        parser.Octet((byte)')');
        if (tellsVanished && (numbering is not Numbering.Uids || !parser.Enabled.HasFlag(EnabledExtensions.QResync)))
        {
            throw new SyntaxException("VANISHED is for UID FETCH, and QRESYNC has to be enabled first");
        }
        return since is { } modSeq ? new(modSeq, tellsVanished) : throw new SyntaxException("VANISHED needs CHANGEDSINCE");
    }
}
