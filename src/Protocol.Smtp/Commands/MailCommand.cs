using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>MAIL (RFC 5321 §4.1.1.2): opens a transaction.</summary>
sealed record MailCommand(MailPath ReversePath, MailParameters Parameters) : ReadyCommand
{
    // mail = "MAIL FROM:" Reverse-path [SP Mail-parameters] CRLF; Outlook puts a blank behind the colon.
    public static Parsed Parse(ref ArgumentReader arguments)
    {
        if (!arguments.TryTakeIgnoringCase("FROM:"u8))
        {
            return new Reply(501, "5.5.4", "The syntax is MAIL FROM:<address>");
        }
        arguments.SkipSpaces();
        if (MailPath.ParseReverse(ref arguments) is not { } path)
        {
            return new Reply(501, "5.1.7", "The sender must be an address in angle brackets");
        }
        return MailParameters.Parse(ref arguments, out var parameters) is { } refusal ? refusal : new MailCommand(path, parameters);
    }

    public override ValueTask<Reply> ExecuteAsync(SessionContext context, Ready state, CancellationToken cancellation) =>
        ValueTask.FromResult(Execute(context, state));

    Reply Execute(SessionContext context, Ready state)
    {
        if (Parameters.OfSubmission is { } parameter && context.Services.Options.Service != SmtpService.Submission)
        {
            return Refusals.UnknownParameter(parameter);
        }
        if (ReversePath.IsInternational && !Parameters.IsInternational)
        {
            return new(553, "5.6.7", "An address beyond ASCII needs the parameter SMTPUTF8");
        }
        if (state.Desk.RefuseSender(ReversePath) is { } refusal)
        {
            return refusal;
        }
        if (Parameters.DeclaredOctets > context.Services.Options.MessageOctets)
        {
            return Refusals.TooBig(context.Services.Options.MessageOctets);
        }
        var now = context.Services.Time.GetUtcNow();
        if (Parameters.Release?.At(now) - now is { } hold && (hold <= TimeSpan.Zero || hold > FutureRelease.Longest))
        {
            return new(501, "5.5.4", $"A message can be held for up to {FutureRelease.Longest.TotalDays:0} days from now");
        }
        context.State = new InTransaction(state, new(ReversePath.Address, Parameters));
        return new(250, "2.1.0", "Sender accepted");
    }
}
