using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Protocol.Smtp.Wire;
using AgentPost.Store.Access;
using AgentPost.Store.Model;
using AgentPost.Store.Sending;
using AgentPost.Store.Spooling;

namespace AgentPost.Protocol.Smtp.Receivers;

/// <summary>
/// Receives submitted mail: the sender is the logged-in inbox or one of its plus-addresses, and the sending rules apply
/// to recipients.
/// </summary>
sealed class SubmissionReceiver(SmtpContext context, Login login) : IMailReceiver
{
    public string Sender => login.Inbox.Address.Value;

    public bool RepliesPerRecipient => false;

    public Reply? RejectSender(MailPath sender) => login.Inbox.Address.Covers(sender.Address)
        ? null
        : new(553, "5.7.1", $"The sender must be {login.Inbox.Address} or one of its plus-addresses");

    public async ValueTask<RecipientDecision> DecideAsync(MailPath recipient, MailTransaction mail, CancellationToken cancellation) =>
        recipient.IsPostmaster ? SyntaxReplies.NoAddress
        : await context.Services.Store.SendPolicy.CheckAsync(login.Inbox.Id, recipient.Address, mail.Recipients, cancellation) is { } refusal
            ? Reject(refusal)
            : recipient.Address;

    public async Task<Reply> AcceptAsync(IncomingMessage message, MailTransaction mail, CancellationToken cancellation)
    {
        await message.CompleteAsync(cancellation);
        var submissions = context.Services.Store.Submissions;
        await using var completed = await submissions.CompleteHeaderAsync(message, login.Inbox.Address, cancellation);
        var submission = SubmissionOf(completed ?? message, mail);
        MessageId id;
        try
        {
            id = await submissions.SubmitAsync(submission, cancellation);
        }
        catch (SendRefusedException refused)
        {
            return Reject(refused.Refusal);
        }
        catch (MessageRejectedException rejected)
        {
            return StoreReplies.Of(rejected);
        }
        Log.MessageAccepted(
            context.Services.Logger, id.ToString(), message.Octets, login.Inbox.Address.Value, mail.Recipients.Count, context.Connection.ConnectionId);
        return new(250, "2.0.0", submission.ReleaseAt is { } release ? $"{id} accepted, leaves at {FutureRelease.Format(release)}" : $"{id} accepted");
    }

    Reply Reject(SendRefusal rejection)
    {
        if (rejection.RetryAfter is not null)
        {
            Log.RateLimited(context.Services.Logger, Sender, rejection.Reason, context.Connection.ConnectionId);
        }
        return StoreReplies.Of(rejection);
    }

    Submission SubmissionOf(IncomingMessage message, MailTransaction mail)
    {
        var parameters = mail.Parameters;
        return new(login.Inbox, mail.ReversePath, mail.Recipients, TraceHeader.Received(context, mail), message)
        {
            Notices = mail.Notices,
            EnvelopeId = parameters.EnvelopeId,
            Return = parameters.Return,
            // HOLDFOR counts from the end of the message, which has just arrived.
            ReleaseAt = parameters.Release?.At(context.Services.Time.GetUtcNow()),
            ReleaseRequest = parameters.Release?.ToString(),
            IsInternational = parameters.IsInternational,
        };
    }
}
