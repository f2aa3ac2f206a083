using System.Globalization;
using System.Net.Sockets;
using System.Text;
using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>The Received field that a message gets here (RFC 5321 §4.4), without a FOR clause: that would give blind recipients away.</summary>
static class TraceHeader
{
    // Time-stamp-line = "Received:" FWS Stamp CRLF; Stamp = From-domain By-domain Opt-info ";" FWS date-time
    public static ReadOnlyMemory<byte> Received(SessionContext context, InTransaction state)
    {
        var address = context.Connection.RemoteAddress;
        var literal = address.AddressFamily == AddressFamily.InterNetworkV6 ? $"IPv6:{address}" : address.ToString();
        var date = context.Services.Time.GetUtcNow().ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture);
        return Encoding.ASCII.GetBytes(
            $"Received: from {Word(state.Before.Client.Name)} ([{literal}])\r\n"
            + $"\tby {context.Services.Options.Hostname} with {With(context, state)}{Cipher(context)} id {Word(context.Connection.ConnectionId)};\r\n"
            + $"\t{date}\r\n");
    }

    // Registered "with" words (RFC 3848, RFC 6531 §4.3): S for TLS, A for a login. There are none of either for HELO.
    static string With(SessionContext context, InTransaction state)
    {
        var additions = (context.Connection.IsEncrypted ? "S" : "") + (state.Before is LoggedIn ? "A" : "");
        var isInternational = state.Mail.Parameters.IsInternational;
        var protocol = context.Services.Options.Service == SmtpService.Lmtp ? isInternational ? "UTF8LMTP" : "LMTP"
            : isInternational ? "UTF8SMTP"
            : state.Before.Client.IsExtended || additions.Length > 0 ? "ESMTP"
            : "SMTP";
        return protocol + additions;
    }

    // Between servers TLS is not a matter of course; where it was used, the reader can see.
    static string Cipher(SessionContext context) =>
        context.Inbound is not null && context.Connection.Tls is { } tls ? $" ({tls.Protocol}, {tls.CipherSuite})" : "";

    // What the client calls itself must not become syntax of the field.
    static string Word(string text) =>
        string.Concat(text.Select(character => char.IsAsciiLetterOrDigit(character) || ".-:[]_".Contains(character, StringComparison.Ordinal) ? character : '?'));
}
