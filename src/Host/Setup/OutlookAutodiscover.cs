using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using AgentPost.Store.Addresses;

namespace AgentPost.Host.Setup;

/// <summary>Outlook's "plain old XML" Autodiscover: it posts the address, and is told servers and ports.</summary>
static class OutlookAutodiscover
{
    const int LongestRequest = 8 * 1024;

    static readonly XNamespace Answer = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006";
    static readonly XNamespace Outlook = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";

    /// <summary>The address that a request asks about. False for what is not such a request, or is longer than one.</summary>
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

    /// <summary>All protocols in one account: Outlook takes several accounts for as many alternatives, and fails.</summary>
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

    // SPA is Windows' own challenge: Outlook takes it as wanted unless it is said to be off.
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
