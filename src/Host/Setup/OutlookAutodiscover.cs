using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using AgentPost.Store.Addresses;

namespace AgentPost.Host.Setup;

/// <summary>Outlook's "plain old XML" Autodiscover: Outlook posts the address and receives servers and ports.</summary>
static class OutlookAutodiscover
{
    const int LongestRequest = 8 * 1024;

    static readonly XNamespace Answer = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006";
    static readonly XNamespace Outlook = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";

    /// <summary>
    /// Reads the address from a request. Returns false if the text is not such a request, or is too long.
    /// </summary>
    public static bool TryReadRequest(string request, [NotNullWhen(true)] out InboxAddress? address)
    {
        address = null;
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, MaxCharactersInDocument = LongestRequest };
        try
        {
            using var text = new StringReader(request);
            using var reader = XmlReader.Create(text, settings);
            var asked = XDocument.Load(reader).Descendants().FirstOrDefault(element => element.Name.LocalName == "EMailAddress")?.Value.Trim();
            return InboxAddress.TryParse(asked, out address, out _);
        }
        catch (XmlException)
        {
            return false;
        }
    }

    /// <summary>
    /// Writes all protocols into one account: Outlook treats several accounts as alternatives, and fails.
    /// </summary>
    public static XDocument Document(MailSettings mail, InboxAddress address) => new(
        new XElement(
            Answer + "Autodiscover",
            new XElement(
                Outlook + "Response",
                new XElement(
                    Outlook + "Account",
                    new XElement(Outlook + "AccountType", "email"),
                    new XElement(Outlook + "Action", "settings"),
                    Protocol("IMAP", mail.Host, mail.ImapPort, address),
                    Protocol(
                        "SMTP",
                        mail.Host,
                        mail.SmtpPort,
                        address,
                        new(Outlook + "UsePOPAuth", "off"),
                        new(Outlook + "SMTPLast", "off"))))));

    // SPA is a challenge-response login of Windows. Outlook uses it unless it is switched off.
    static XElement Protocol(string type, string host, int port, InboxAddress address, params XElement[] more) => new(
        Outlook + "Protocol",
        new XElement(Outlook + "Type", type),
        new XElement(Outlook + "Server", host),
        new XElement(Outlook + "Port", port.ToString(CultureInfo.InvariantCulture)),
        new XElement(Outlook + "DomainRequired", "off"),
        new XElement(Outlook + "LoginName", address.Value),
        new XElement(Outlook + "SPA", "off"),
        new XElement(Outlook + "SSL", "on"),
        new XElement(Outlook + "Encryption", "TLS"),
        new XElement(Outlook + "AuthRequired", "on"),
        more);
}
