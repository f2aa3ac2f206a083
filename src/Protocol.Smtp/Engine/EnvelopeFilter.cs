using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Protocol.Smtp.Wire;
using AgentPost.Store.Model;
using AgentPost.Store.Outbound;
using SmtpServer;
using SmtpServer.Mail;
using SmtpServer.Storage;
using MailCommand = AgentPost.Protocol.Smtp.Commands.MailCommand;
using RcptCommand = AgentPost.Protocol.Smtp.Commands.RcptCommand;

namespace AgentPost.Protocol.Smtp.Engine;

/// <summary>
/// Accepts or rejects MAIL and RCPT: applies the rules of all services first, then those of the receiver.
/// </summary>
sealed class EnvelopeFilter : IMailboxFilter
{
    public Task<bool> CanAcceptFromAsync(
        ISessionContext context, IMailbox from, int size, CancellationToken cancellationToken)
    {
        var session = EngineSession.Of(context);
        return session.ReplyWithAsync(() => new(Begin(session.Current<MailCommand>(), session.Context)));
    }

    public Task<bool> CanDeliverToAsync(
        ISessionContext context, IMailbox to, IMailbox from, CancellationToken cancellationToken)
    {
        var session = EngineSession.Of(context);
        return session.ReplyWithAsync(
            () => AddAsync(session.Current<RcptCommand>(), session.Context, cancellationToken));
    }

    static Reply Begin(MailCommand command, SmtpContext context)
    {
        var (parameters, options) = (command.Parameters, context.Services.Options);
        if (parameters.OfSubmission is { } parameter && options.Service != SmtpService.Submission)
        {
            return SyntaxReplies.UnknownParameter(parameter);
        }
        if (command.ReversePath.IsInternational && !parameters.IsInternational)
        {
            return new(553, "5.6.7", "A non-ASCII address requires the parameter SMTPUTF8");
        }
        if (context.Receiver?.RejectSender(command.ReversePath) is { } rejection)
        {
            return rejection;
        }
        if (parameters.DeclaredSize > options.MaxMessageSize)
        {
            return StoreReplies.TooBig(options.MaxMessageSize);
        }
        context.Services.Store.Disk.EnsureRoom();
        var now = context.Services.Time.GetUtcNow();
        if (parameters.Release?.At(now) - now is { } hold && (hold <= TimeSpan.Zero || hold > FutureRelease.Longest))
        {
            var days = FutureRelease.Longest.TotalDays;
            return new(501, "5.5.4", $"A message can be held for up to {days:0} days from now");
        }
        context.Begin(new(command.ReversePath.Address, parameters));
        return new(250, "2.1.0", "Sender accepted");
    }

    static async ValueTask<Reply> AddAsync(RcptCommand command, SmtpContext context, CancellationToken cancellation)
    {
        if (context is not { Transaction: { } mail, Receiver: { } receiver })
        {
            return OrderReplies.For(command, context);
        }
        var (recipient, options) = (command.ForwardPath, context.Services.Options);
        if (command.Notice != RecipientNotice.None && options.Service != SmtpService.Submission)
        {
            return SyntaxReplies.UnknownParameter(command.Notice.Notify is null ? "ORCPT" : "NOTIFY");
        }
        if (recipient.IsInternational && !mail.Parameters.IsInternational)
        {
            return new(553, "5.6.7", "A non-ASCII address requires the parameter SMTPUTF8 of MAIL");
        }
        if (mail.Recipients.Count >= options.Recipients && !mail.Has(recipient.Address))
        {
            return new(
                452,
                "4.5.3",
                $"A message has at most {options.Recipients} recipients; send it to the others separately");
        }
        var decision = await receiver.DecideAsync(recipient, mail, cancellation);
        if (decision.Rejection is { } rejection)
        {
            return rejection;
        }
        var addition = new InboxUsage(1, mail.Parameters.DeclaredSize ?? 0);
        if (!await context.Services.Store.Quotas.HasRoomAsync(decision.Address, addition, cancellation))
        {
            return StoreReplies.Full;
        }
        mail.Add(decision.Address, command.Notice);
        return new(250, "2.1.5", "Recipient accepted");
    }
}
