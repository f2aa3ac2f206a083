using System.Text;
using AgentPost.Mime.Headers;
using AgentPost.Protocol.Connections;
using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Smtp.Receivers;

/// <summary>
/// The Received field that this server adds (RFC 5321 §4.4), without a FOR clause, which would reveal Bcc recipients.
/// </summary>
static class TraceHeader
{
    // Time-stamp-line = "Received:" FWS Stamp CRLF; Stamp = From-domain By-domain Opt-info ";" FWS date-time
    public static ReadOnlyMemory<byte> Received(SmtpContext context, MailTransaction mail)
    {
        return Encoding.ASCII.GetBytes(
            $"Received: from {Word(context.Client?.Name ?? "")} ([{AddressLiteral.Of(context.Connection.RemoteAddress)}])\r\n"
            + $"\tby {context.Services.Options.Hostname} with {With(context, mail)}{Cipher(context)} id {Word(context.Connection.ConnectionId)};\r\n"
            + $"\t{MailDate.Format(context.Services.Time.GetUtcNow())}\r\n");
    }

    // Registered protocol names (RFC 3848, RFC 6531 §4.3): S for TLS, A for a login. There are none for HELO with TLS
    // or a login, so that is recorded as ESMTP.
    static string With(SmtpContext context, MailTransaction mail)
    {
        var additions = (context.Connection.IsEncrypted ? "S" : "") + (context.Services.RequiresLogin ? "A" : "");
        var isInternational = mail.Parameters.IsInternational;
        var protocol = context.Services.Options.Service == SmtpService.Lmtp ? isInternational ? "UTF8LMTP" : "LMTP"
            : isInternational ? "UTF8SMTP"
            : context.Client is { IsExtended: true } || additions.Length > 0 ? "ESMTP"
            : "SMTP";
        return protocol + additions;
    }

    // TLS is optional between servers, so show whether it was used.
    static string Cipher(SmtpContext context) =>
        !context.Services.RequiresLogin && context.Connection.Tls is { } tls ? $" ({tls.Protocol}, {tls.CipherSuite})" : "";

    // The client's name must not add syntax to the field.
    static string Word(string text) =>
        string.Concat(text.Select(character => char.IsAsciiLetterOrDigit(character) || ".-:[]_".Contains(character, StringComparison.Ordinal) ? character : '?'));
}
