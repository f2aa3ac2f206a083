using System.Text;
using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Protocol.Smtp.Wire;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>Parses the argument that HELO, EHLO and LHLO share.</summary>
static class ClientGreetingParser
{
    const int MaxNameBytes = 255;

    public static Reply Missing { get; } = new(501, "5.5.4", "The name of the client is missing: EHLO name");

    // Desktop clients send computer names with spaces, umlauts and underscores. RFC 5321 §4.1.4 forbids rejecting them.
    public static ClientGreeting? Parse(ArgumentReader arguments) => arguments.IsAtEnd
        ? null
        : new(Encoding.UTF8.GetString(arguments.Rest[..Math.Min(arguments.Rest.Length, MaxNameBytes)]));
}
