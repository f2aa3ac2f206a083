using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>NOOP (RFC 5321 §4.1.1.9).</summary>
sealed record NoopCommand : SmtpCommand
{
    // noop = "NOOP" [ SP String ] CRLF
    public static Parsed Parse(ref ArgumentReader _) => new NoopCommand();
}
