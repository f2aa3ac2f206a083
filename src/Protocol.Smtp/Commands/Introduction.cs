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

    public static SessionState Enter(SessionContext context, ClientGreeting client) => context.State switch
    {
        InTransaction transaction => transaction.Before with { Client = client },
        Ready ready => ready with { Client = client },
        _ => context.Inbound is { } desk ? new Introduced(client, desk) : new Greeted(client),
    };
}
