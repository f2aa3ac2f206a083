using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>EHLO (RFC 5321 §4.1.1.1), and LHLO in LMTP (RFC 2033 §4.1).</summary>
sealed record EhloCommand(ClientGreeting Client) : SmtpCommand
{
    // ehlo = "EHLO" SP ( Domain / address-literal ) CRLF
    public static Parsed Parse(ref ArgumentReader arguments) =>
        ClientGreetingParser.Parse(arguments) is { } client ? new EhloCommand(client) : ClientGreetingParser.Missing;
}
