using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Wire;
using AgentPost.Store;

namespace AgentPost.Protocol.Smtp.Session;

/// <summary>Who may send what to whom, and what becomes of the message: where the services differ.</summary>
interface IMailDesk
{
    /// <summary>Who sends, for the log.</summary>
    string Sender { get; }

    /// <summary>The end of DATA is answered with a reply for each recipient.</summary>
    bool AnswersEachRecipient { get; }

    /// <summary>Null: welcome.</summary>
    Reply? RefuseSender(MailPath sender);

    ValueTask<RecipientDecision> DecideAsync(MailPath recipient, MailTransaction mail, CancellationToken cancellation);

    /// <summary>Completes a message that has come to its end, files it, or refuses it.</summary>
    Task<Reply> AcceptAsync(IncomingMessage message, MailTransaction mail, CancellationToken cancellation);
}
