using System.Globalization;
using System.Xml.Linq;

namespace AgentPost.Host.Setup;

/// <summary>
/// The document that Thunderbird and other clients request from a domain (draft-ietf-mailmaint-autoconfig, version
/// 1.1). It is the same whether an address exists or not.
/// </summary>
static class ThunderbirdAutoconfig
{
    // The client replaces this placeholder.
    const string UserName = "%EMAILADDRESS%";

    /// <param name="domain">Domain of the address to set up, in ASCII.</param>
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

    // password-cleartext sends the password unchanged, protected by TLS. password-encrypted would be a
    // challenge-response login, which does not work with hashed keys.
    static XElement Server(string element, string type, string host, int port) => new(
        element,
        new XAttribute("type", type),
        new XElement("hostname", host),
        new XElement("port", port.ToString(CultureInfo.InvariantCulture)),
        new XElement("socketType", "SSL"),
        new XElement("authentication", "password-cleartext"),
        new XElement("username", UserName));
}
