using System.Net;
using AgentPost.Host.Settings;

namespace AgentPost.Host.Setup;

/// <summary>
/// The servers that a mail client needs to know. Both use implicit TLS, and the user name is the inbox address.
/// </summary>
sealed record MailSettings(string Host, int ImapPort, int SmtpPort)
{
    public static MailSettings Of(Options options) =>
        new(IPAddress.IsLoopback(options.Listen) ? "localhost" : options.Hostname, options.ImapPort, options.SmtpPort);
}
