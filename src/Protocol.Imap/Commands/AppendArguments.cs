namespace AgentPost.Protocol.Imap;

/// <summary>What comes before the octets of one message in APPEND.</summary>
/// <param name="InternalAt">Null: now.</param>
sealed record AppendArguments(MessageFlags Flags, DateTimeOffset? InternalAt, LiteralHeader Literal)
{
    /// <summary>append-message = SP [flag-list SP] [date-time SP] literal</summary>
    public static AppendArguments Parse(ref CommandParser parser)
    {
        parser.Sp();
        var flags = MessageFlags.None;
        if (parser.IsNext((byte)'('))
        {
            flags = parser.FlagList();
            parser.Sp();
        }
        DateTimeOffset? internalAt = null;
        if (parser.IsNext((byte)'"'))
        {
            internalAt = parser.DateTime();
            parser.Sp();
        }
        return new(flags, internalAt, parser.StreamedLiteral());
    }
}
