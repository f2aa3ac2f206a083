using System.Net;
using AgentPost.Host.Settings;

namespace AgentPost.Host.Setup;

/// <summary>What a mail client has to be told: where the servers are. Both speak TLS from the first octet; the user name is the inbox address.</summary>
sealed record MailSettings(string Host, int ImapPort, int SmtpPort)
{
    public static MailSettings Of(Options options) =>
        new(IPAddress.IsLoopback(options.Listen) ? "localhost" : options.Hostname, options.ImapPort, options.SmtpPort);
}
