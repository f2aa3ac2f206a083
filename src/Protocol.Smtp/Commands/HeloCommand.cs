using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>HELO (RFC 5321 §4.1.1.1), from clients without extensions.</summary>
sealed record HeloCommand(ClientGreeting Client) : SmtpCommand
{
    // helo = "HELO" SP Domain CRLF
    public static Parsed Parse(ref ArgumentReader arguments) =>
        ClientGreetingParser.Parse(arguments) is { } client
            ? new HeloCommand(client with { IsExtended = false })
            : ClientGreetingParser.Missing;
}
