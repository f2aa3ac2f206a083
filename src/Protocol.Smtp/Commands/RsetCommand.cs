using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>RSET (RFC 5321 §4.1.1.5).</summary>
sealed record RsetCommand : SmtpCommand
{
    // rset = "RSET" CRLF
    public static Parsed Parse(ref ArgumentReader arguments) =>
        arguments.IsAtEnd ? new RsetCommand() : SyntaxReplies.TakesNoArguments("RSET");
}
