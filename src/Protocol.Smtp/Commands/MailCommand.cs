using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Protocol.Smtp.Wire;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>MAIL (RFC 5321 §4.1.1.2).</summary>
sealed record MailCommand(MailPath ReversePath, MailParameters Parameters) : SmtpCommand
{
    // mail = "MAIL FROM:" Reverse-path [SP Mail-parameters] CRLF; Outlook puts a space after the colon.
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
        return MailParameters.Parse(ref arguments, out var parameters) is { } rejection
            ? rejection
            : new MailCommand(path, parameters);
    }
}
