using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>QUIT (RFC 5321 §4.1.1.10).</summary>
sealed record QuitCommand : SmtpCommand
{
    // quit = "QUIT" CRLF
    public static Parsed Parse(ref ArgumentReader arguments) =>
        arguments.IsAtEnd ? new QuitCommand() : SyntaxReplies.TakesNoArguments("QUIT");
}
