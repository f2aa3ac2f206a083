using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>DATA (RFC 5321 §4.1.1.4).</summary>
sealed record DataCommand : SmtpCommand
{
    // data = "DATA" CRLF
    public static Parsed Parse(ref ArgumentReader arguments) =>
        arguments.IsAtEnd ? new DataCommand() : SyntaxReplies.TakesNoArguments("DATA");
}
