using System.Globalization;
using System.Net;
using System.Text;
using AgentPost.Store.Addresses;
using QRCoder;

namespace AgentPost.Host.Setup;

/// <summary>
/// The page that shows a person how to set up an inbox in their mail client. <c>setup.html</c> contains its text.
/// </summary>
static class SetupPage
{
    static readonly string Template = ReadTemplate();

    /// <param name="profile">Absolute URL of the Apple profile, for the QR code that a phone scans.</param>
    /// <param name="hasAuthority">True if the server has its own certificate authority, which clients must be
    /// configured to trust.</param>
    /// <param name="nonce">Identifies the page's own style and script (Content Security Policy Level 3).</param>
    public static string Render(MailSettings mail, InboxAddress address, string profile, bool hasAuthority, string nonce)
    {
        var values = new Dictionary<string, string>
        {
            ["address"] = address.Value,
            ["host"] = mail.Host,
            ["imap"] = mail.ImapPort.ToString(CultureInfo.InvariantCulture),
            ["smtp"] = mail.SmtpPort.ToString(CultureInfo.InvariantCulture),
            ["path"] = $"/setup/{Uri.EscapeDataString(address.Value)}",
            ["authority"] = hasAuthority ? "yes" : "no",
            ["cafile"] = hasAuthority ? "cafile=\"ca.pem\"" : "",
            ["tls"] = hasAuthority ? "\n  tls: { ca: require(\"node:fs\").readFileSync(\"ca.pem\") }," : "",
            ["nonce"] = nonce,
        };
        var page = new StringBuilder(Template);
        foreach (var (name, value) in values)
        {
            page.Replace($"{{{{{name}}}}}", WebUtility.HtmlEncode(value));
        }
        return page.Replace("{{qr}}", QrCode(profile)).ToString();
    }

    // The only value that is markup. It contains only squares, and no text from the address.
    static string QrCode(string text)
    {
        using var code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var picture = new SvgQRCode(code);
        return picture.GetGraphic(new System.Drawing.Size(132, 132), "#000", "#fff", drawQuietZones: true, SvgQRCode.SizingMode.ViewBoxAttribute);
    }

    static string ReadTemplate()
    {
        using var stream = typeof(SetupPage).Assembly.GetManifestResourceStream("setup.html") ?? throw new InvalidOperationException("setup.html");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
