using System.Globalization;
using System.Text;
using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>
/// BDAT (RFC 3030 §2): a chunk of the message. Its octets come without waiting for an answer, so they are taken off the wire in every state: nothing in
/// them may ever be read as a command.
/// </summary>
sealed record BdatCommand(long Octets, bool IsLast) : AnyStateCommand
{
    // bdat-cmd = "BDAT" SP chunk-size [SP "LAST"] CRLF; chunk-size = 1*DIGIT
    public static Parsed Parse(ref ArgumentReader arguments)
    {
        var size = Encoding.Latin1.GetString(arguments.TakeWord());
        arguments.SkipSpaces();
        var isLast = arguments.TryTakeIgnoringCase("LAST"u8);
        return arguments.IsAtEnd && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var octets)
            ? new BdatCommand(octets, isLast)
            // Where the chunk ends, and with it where the next command begins, is not known.
            : new Reply(501, "5.5.4", "The syntax is BDAT octets [LAST]") { Closes = true };
    }

    public override Reply Execute(SessionContext context) => Reply.Silent with { Then = new ChunkReception(this) };
}
