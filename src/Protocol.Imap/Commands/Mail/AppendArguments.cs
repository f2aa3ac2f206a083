using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Wire;

namespace AgentPost.Protocol.Imap.Commands.Mail;

/// <summary>The arguments of APPEND before the bytes of one message.</summary>
/// <param name="InternalAt">Null for the current time.</param>
/// <param name="IsUtf8">True if the literal is in parentheses, which <see cref="ParseNext"/> closes.</param>
sealed record AppendArguments(MessageFlags Flags, DateTimeOffset? InternalAt, LiteralHeader Literal, bool IsUtf8)
{
    /// <summary>
    /// append-message = SP [flag-list SP] [date-time SP] (literal / "UTF8" SP "(" literal8 ")") (RFC 4466 §6.1,
    /// RFC 6855 §4)
    /// </summary>
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
        // UTF-8 in header fields is also accepted without this, in line with RFC 9755 §4.
        var isUtf8 = parser.TryAtom("UTF8"u8);
        if (isUtf8)
        {
            parser.Sp();
            parser.Open();
        }
        return new(flags, internalAt, parser.StreamedLiteral(), isUtf8);
    }

    /// <summary>
    /// Parses the text after this message. Returns the arguments of the next message, or null at the end of the
    /// command.
    /// </summary>
    public AppendArguments? ParseNext(ref CommandParser parser)
    {
        if (IsUtf8)
        {
            parser.Close();
        }
        return parser.TryEnd() ? null : Parse(ref parser);
    }
}
