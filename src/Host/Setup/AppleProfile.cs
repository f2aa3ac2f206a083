using System.Xml.Linq;
using AgentPost.Store.Addresses;
using static AgentPost.Host.Setup.PropertyList;

namespace AgentPost.Host.Setup;

/// <summary>
/// A configuration profile (<c>.mobileconfig</c>) that sets up an inbox in Apple Mail. It contains no password: the
/// device asks for the key. Its identifiers are derived from the address, so that installing it again updates the
/// account instead of creating a second one.
/// </summary>
static class AppleProfile
{
    /// <param name="authority">Certificate authority in DER that the device must trust. Null if the device already
    /// trusts the server's certificate.</param>
    public static XDocument Document(MailSettings mail, InboxAddress address, byte[]? authority)
    {
        var identifier = $"agentpost.{mail.Host}.{address.Value}";
        XElement[] payloads = authority is null ? [Account(mail, address, identifier)] : [Account(mail, address, identifier), Authority(mail, authority)];
        return PropertyList.Document(Dictionary(
            [
                .. Head("Configuration", identifier),
                ("PayloadDisplayName", $"Mail of {address.Value}"),
                ("PayloadDescription", $"Sets up {address.Value} in Mail. The password is an API key."),
                ("PayloadOrganization", "AgentPost"),
                ("PayloadContent", PropertyList.Array(payloads)),
            ]));
    }

    static XElement Account(MailSettings mail, InboxAddress address, string identifier) => Dictionary(
        [
            .. Head("com.apple.mail.managed", identifier + ".account"),
            ("PayloadDisplayName", address.Value),
            ("EmailAccountType", "EmailTypeIMAP"),
            ("EmailAccountDescription", address.Value),
            ("EmailAddress", address.Value),
            ("IncomingMailServerAuthentication", "EmailAuthPassword"),
            ("IncomingMailServerHostName", mail.Host),
            ("IncomingMailServerPortNumber", mail.ImapPort),
            ("IncomingMailServerUseSSL", true),
            ("IncomingMailServerUsername", address.Value),
            ("OutgoingMailServerAuthentication", "EmailAuthPassword"),
            ("OutgoingMailServerHostName", mail.Host),
            ("OutgoingMailServerPortNumber", mail.SmtpPort),
            ("OutgoingMailServerUseSSL", true),
            ("OutgoingMailServerUsername", address.Value),
            ("OutgoingPasswordSameAsIncomingPassword", true),
        ]);

    static XElement Authority(MailSettings mail, byte[] authority) => Dictionary(
        [
            .. Head("com.apple.security.root", $"agentpost.{mail.Host}.ca"),
            ("PayloadDisplayName", $"Certificate authority of {mail.Host}"),
            ("PayloadCertificateFileName", "ca.cer"),
            ("PayloadContent", authority),
        ]);

    static (string Key, object Value)[] Head(string type, string identifier) =>
        [("PayloadType", type), ("PayloadVersion", 1), ("PayloadIdentifier", identifier), ("PayloadUUID", NamedUuid.Of(identifier).ToString().ToUpperInvariant())];
}
