using System.Globalization;
using System.Text;
using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Protocol.Smtp.Wire;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>BDAT (RFC 3030 §2): a chunk of the message, which follows the command immediately.</summary>
sealed record BdatCommand(long Size, bool IsLast) : SmtpCommand
{
    // bdat-cmd = "BDAT" SP chunk-size [SP "LAST"] CRLF; chunk-size = 1*DIGIT
    public static Parsed Parse(ref ArgumentReader arguments)
    {
        var size = Encoding.Latin1.GetString(arguments.TakeWord());
        arguments.SkipSpaces();
        var isLast = arguments.TryTakeIgnoringCase("LAST"u8);
        return arguments.IsAtEnd && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            ? new BdatCommand(bytes, isLast)
            // The end of the chunk is unknown, and so is the start of the next command.
            : new Reply(501, "5.5.4", "The syntax is BDAT size [LAST]") { Closes = true };
    }
}
