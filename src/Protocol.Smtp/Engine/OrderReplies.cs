using AgentPost.Protocol.Smtp.Commands;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Protocol.Smtp.Wire;

namespace AgentPost.Protocol.Smtp.Engine;

/// <summary>The replies to commands that are out of order: what the client must do first (RFC 5321 §4.1.4).</summary>
static class OrderReplies
{
    public static Reply For(SmtpCommand command, SmtpContext context) => (command, context) switch
    {
        (BdatCommand, { Receiver: null }) => new(530, "5.7.0", "Authentication required"),
        (_, { Client: null }) => new(503, "5.5.1", $"Send {GreetingOf(context)} first"),
        (DataCommand or BdatCommand, { Transaction: not null }) => new(554, "5.5.1", "No valid recipients"),
        (_, { Transaction: not null }) => new(503, "5.5.1", "A mail transaction is open; end it with DATA or RSET"),
        (StartTlsCommand, { Connection.IsEncrypted: true }) => new(503, "5.5.1", "TLS is already active"),
        (StartTlsCommand, _) => new(502, "5.5.1", "STARTTLS is not offered"),
        (AuthCommand, { Receiver: not null }) => new(503, "5.5.1", "Already authenticated"),
        (AuthCommand, _) => new(538, "5.7.11", "Authentication requires TLS; send STARTTLS first"),
        (_, { Receiver: null, Connection.OffersTls: true }) => new(530, "5.7.0", "Send STARTTLS first"),
        (_, { Receiver: null }) => new(530, "5.7.0", "Authentication required"),
        _ => new(503, "5.5.1", "Send MAIL first"),
    };

    static string GreetingOf(SmtpContext context) =>
        context.Services.Options.Service == SmtpService.Lmtp ? "LHLO" : "EHLO";
}
