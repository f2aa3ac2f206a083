using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Protocol.Smtp.Wire;
using AgentPost.Store.Outbound;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>RCPT (RFC 5321 §4.1.1.3).</summary>
sealed record RcptCommand(MailPath ForwardPath, RecipientNotice Notice) : SmtpCommand
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
            return SyntaxReplies.NoAddress;
        }
        return RecipientParameters.Parse(ref arguments, out var notice) is { } rejection
            ? rejection
            : new RcptCommand(path, notice);
    }
}
