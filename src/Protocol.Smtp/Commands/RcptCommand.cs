using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Store;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>RCPT (RFC 5321 §4.1.1.3): adds a recipient.</summary>
sealed record RcptCommand(MailPath ForwardPath, RecipientNotice Notice) : TransactionCommand
{
    // rcpt = "RCPT TO:" Forward-path [SP Rcpt-parameters] CRLF
    public static Parsed Parse(ref ArgumentReader arguments)
    {
        if (!arguments.TryTakeIgnoringCase("TO:"u8))
        {
            return new Reply(501, "5.5.4", "The syntax is RCPT TO:<address>");
        }
        arguments.SkipSpaces();
        if (MailPath.ParseForward(ref arguments) is not { } path)
        {
            return Refusals.NoAddress;
        }
        return RecipientParameters.Parse(ref arguments, out var notice) is { } refusal ? refusal : new RcptCommand(path, notice);
    }

    public override ValueTask<Reply> ExecuteAsync(SessionContext context, InTransaction state, CancellationToken cancellation) =>
        ExecuteAsync(context, state.Before.Desk, state.Mail, cancellation);

    async ValueTask<Reply> ExecuteAsync(SessionContext context, IMailDesk desk, MailTransaction mail, CancellationToken cancellation)
    {
        var limit = context.Services.Options.Recipients;
        if (Notice != RecipientNotice.None && context.Services.Options.Service != SmtpService.Submission)
        {
            return Refusals.UnknownParameter(Notice.Notify is null ? "ORCPT" : "NOTIFY");
        }
        if (ForwardPath.IsInternational && !mail.Parameters.IsInternational)
        {
            return new(553, "5.6.7", "An address beyond ASCII needs the parameter SMTPUTF8 of MAIL");
        }
        if (mail.Recipients.Count >= limit && !mail.Has(ForwardPath.Address))
        {
            return new(452, "4.5.3", $"A message has at most {limit} recipients; send it to the others apart");
        }
        var decision = await desk.DecideAsync(ForwardPath, mail, cancellation);
        if (decision.Refusal is { } refusal)
        {
            return refusal;
        }
        if (!await context.Services.Store.Quotas.HasRoomAsync(decision.Address, new(1, mail.Parameters.DeclaredOctets ?? 0), cancellation))
        {
            return Refusals.Full;
        }
        mail.Add(decision.Address, Notice);
        return new(250, "2.1.5", "Recipient accepted");
    }
}
