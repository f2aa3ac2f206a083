using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>VRFY (RFC 5321 §3.5.3): tells nobody which addresses exist.</summary>
sealed record VrfyCommand : AnyStateCommand
{
    // vrfy = "VRFY" SP String CRLF
    public static Parsed Parse(ref ArgumentReader arguments) =>
        arguments.IsAtEnd ? new Reply(501, "5.5.4", "VRFY wants an address") : new VrfyCommand();

    public override Reply Execute(SessionContext context) => new(252, "2.0.0", "Addresses are not verified; send a message and see");
}
