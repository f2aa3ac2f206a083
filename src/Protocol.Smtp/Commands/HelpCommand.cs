using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>HELP (RFC 5321 §4.1.1.8).</summary>
sealed record HelpCommand : SmtpCommand
{
    // help = "HELP" [ SP String ] CRLF
    public static Parsed Parse(ref ArgumentReader _) => new HelpCommand();
}
