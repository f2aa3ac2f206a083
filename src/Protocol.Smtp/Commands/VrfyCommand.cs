using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Protocol.Smtp.Wire;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>VRFY (RFC 5321 §3.5.3).</summary>
sealed record VrfyCommand : SmtpCommand
{
    // vrfy = "VRFY" SP String CRLF
    public static Parsed Parse(ref ArgumentReader arguments) =>
        arguments.IsAtEnd ? new Reply(501, "5.5.4", "VRFY requires an address") : new VrfyCommand();
}
