using System.Globalization;
using System.Text;
using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Store.Outbound;

namespace AgentPost.Protocol.Smtp.Client;

/// <summary>Writes MAIL and RCPT with the parameters that the remote server supports.</summary>
static class EnvelopeCommands
{
    public static IReadOnlyList<string> Of(OutgoingMessage message, PeerKeywords keywords) =>
        [Mail(message, keywords), .. message.Recipients.Select(recipient => Rcpt(recipient, keywords))];

    // mail = "MAIL FROM:" Reverse-path [SP Mail-parameters] CRLF
    static string Mail(OutgoingMessage message, PeerKeywords keywords)
    {
        var command = new StringBuilder().Append(CultureInfo.InvariantCulture, $"MAIL FROM:<{message.ReversePath}>");
        if (keywords.Has("SIZE"))
        {
            command.Append(CultureInfo.InvariantCulture, $" SIZE={message.Octets}");
        }
        if (keywords.Has("8BITMIME"))
        {
            command.Append(" BODY=8BITMIME");
        }
        if (message.NeedsSmtpUtf8)
        {
            command.Append(" SMTPUTF8");
        }
        if (keywords.Has("DSN"))
        {
            command.Append(message.Return switch { null => "", ReturnedContent.Header => " RET=HDRS", _ => " RET=FULL" });
            command.Append(message.EnvelopeId is { } id ? " ENVID=" + Xtext.Encode(id) : "");
        }
        return command.ToString();
    }

    // rcpt = "RCPT TO:" Forward-path [SP Rcpt-parameters] CRLF
    static string Rcpt(OutgoingRecipient recipient, PeerKeywords keywords)
    {
        var command = $"RCPT TO:<{recipient.Address}>";
        if (!keywords.Has("DSN"))
        {
            return command;
        }
        var notify = recipient.Notice.Notify is { } when ? " NOTIFY=" + Notify(when) : "";
        return command + notify + (recipient.Notice.OriginalRecipient is { } original ? " ORCPT=" + Orcpt(original) : "");
    }

    // notify-esmtp-value = "NEVER" / 1#notify-list-element (RFC 3461 §4.1)
    static string Notify(NotifyWhen when) => when == NotifyWhen.Never ? "NEVER" : when.ToString().Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();

    // original-recipient-address = addr-type ";" xtext (RFC 3461 §4.2). An address after "utf-8;" has its own encoding
    // (RFC 6533 §3) and is passed on unchanged.
    static string Orcpt(string original)
    {
        var at = original.IndexOf(';', StringComparison.Ordinal) + 1;
        return original[..at] + (original.StartsWith("utf-8;", StringComparison.OrdinalIgnoreCase) ? original[at..] : Xtext.Encode(original[at..]));
    }
}
