using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Wire;

namespace AgentPost.Protocol.Imap.Commands.Mail;

/// <summary>What comes before the octets of one message in APPEND.</summary>
/// <param name="InternalAt">Null: now.</param>
/// <param name="IsUtf8">The literal is within parentheses, which <see cref="ParseNext"/> closes.</param>
sealed record AppendArguments(MessageFlags Flags, DateTimeOffset? InternalAt, LiteralHeader Literal, bool IsUtf8)
{
    /// <summary>append-message = SP [flag-list SP] [date-time SP] (literal / "UTF8" SP "(" literal8 ")") (RFC 4466 §6.1, RFC 6855 §4)</summary>
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
        // Header fields in UTF-8 are taken without this as well, as RFC 9755 §4 has it.
        var isUtf8 = parser.TryAtom("UTF8"u8);
        if (isUtf8)
        {
            parser.Sp();
            parser.Open();
        }
        return new(flags, internalAt, parser.StreamedLiteral(), isUtf8);
    }

    /// <summary>What follows the octets of this message: the beginning of another; null at the end of the command.</summary>
    public AppendArguments? ParseNext(ref CommandParser parser)
    {
        if (IsUtf8)
        {
            parser.Close();
        }
        return parser.TryEnd() ? null : Parse(ref parser);
    }
}
