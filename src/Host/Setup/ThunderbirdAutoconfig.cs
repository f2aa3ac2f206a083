using System.Globalization;
using System.Xml.Linq;

namespace AgentPost.Host.Setup;

/// <summary>
/// The document that Thunderbird, and others after it, ask a domain for (draft-ietf-mailmaint-autoconfig, version 1.1). It is the same for addresses that
/// exist and for those that do not.
/// </summary>
static class ThunderbirdAutoconfig
{
    // Replaced by the client.
    const string UserName = "%EMAILADDRESS%";

    /// <param name="domain">Of the address that is set up, in ASCII.</param>
    public static XDocument Document(MailSettings mail, string domain) => new(
        new XElement(
            "clientConfig",
            new XAttribute("version", "1.1"),
            new XElement(
                "emailProvider",
                new XAttribute("id", domain),
                new XElement("domain", domain),
                new XElement("displayName", "AgentPost"),
                new XElement("displayShortName", "AgentPost"),
                Server("incomingServer", "imap", mail.Host, mail.ImapPort),
                Server("outgoingServer", "smtp", mail.Host, mail.SmtpPort))));

    // password-cleartext is the password as it is, within TLS; password-encrypted would be a challenge, which hashed keys cannot answer.
    static XElement Server(string element, string type, string host, int port) => new(
        element,
        new XAttribute("type", type),
        new XElement("hostname", host),
        new XElement("port", port.ToString(CultureInfo.InvariantCulture)),
        new XElement("socketType", "SSL"),
        new XElement("authentication", "password-cleartext"),
        new XElement("username", UserName));
}
