using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Wire;
using AgentPost.Store.Spooling;

namespace AgentPost.Protocol.Smtp.Session;

/// <summary>
/// The part that differs between services: which senders and recipients to accept, and how to process the message.
/// </summary>
interface IMailReceiver
{
    /// <summary>The sender shown in the log: the inbox, or the client's address.</summary>
    string Sender { get; }

    /// <summary>True if the message needs one reply per recipient (RFC 2033 §4.2).</summary>
    bool RepliesPerRecipient { get; }

    /// <summary>Returns null if the sender is accepted.</summary>
    Reply? RejectSender(MailPath sender);

    ValueTask<RecipientDecision> DecideAsync(MailPath recipient, MailTransaction mail, CancellationToken cancellation);

    /// <summary>Completes a received message, and stores or rejects it.</summary>
    Task<Reply> AcceptAsync(IncomingMessage message, MailTransaction mail, CancellationToken cancellation);
}
