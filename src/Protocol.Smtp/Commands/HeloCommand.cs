using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>HELO (RFC 5321 §4.1.1.1), for clients from before 1995.</summary>
sealed record HeloCommand(ClientGreeting Client) : AnyStateCommand
{
    // helo = "HELO" SP Domain CRLF
    public static Parsed Parse(ref ArgumentReader arguments) =>
        Introduction.Parse(arguments) is { } client ? new HeloCommand(client) : Introduction.Missing;

    public override Reply Execute(SessionContext context)
    {
        context.State = Introduction.Enter(context, Client with { IsExtended = false });
        return new(250, null, context.Services.Options.Hostname);
    }
}
