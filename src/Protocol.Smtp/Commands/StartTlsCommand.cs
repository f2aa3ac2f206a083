using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>STARTTLS (RFC 3207 §4).</summary>
sealed record StartTlsCommand : SmtpCommand
{
    // starttls = "STARTTLS" CRLF
    public static Parsed Parse(ref ArgumentReader arguments) =>
        arguments.IsAtEnd ? new StartTlsCommand() : SyntaxReplies.TakesNoArguments("STARTTLS");
}
