using System.Text;
using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>What HELO and EHLO share.</summary>
static class Introduction
{
    const int NameLimit = 255;

    public static Reply Missing { get; } = new(501, "5.5.4", "Say who you are: EHLO name");

    // Desktop clients send computer names with blanks, umlauts and underscores (RFC 5321 §4.1.4 forbids turning them away for it).
    public static ClientGreeting? Parse(ArgumentReader arguments) =>
        arguments.IsAtEnd ? null : new(Encoding.UTF8.GetString(arguments.Rest[..Math.Min(arguments.Rest.Length, NameLimit)]));

    public static SessionState Enter(SessionState state, ClientGreeting client) => state switch
    {
        InTransaction transaction => transaction.Before with { Client = client },
        LoggedIn loggedIn => loggedIn with { Client = client },
        _ => new Greeted(client),
    };
}
