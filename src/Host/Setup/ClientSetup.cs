using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using AgentPost.Host.Settings;
using AgentPost.Store.Addresses;

namespace AgentPost.Host.Setup;

/// <summary>
/// Serves the configuration documents for Thunderbird, Apple Mail and Outlook, and a setup page for each inbox. All of
/// them are public. They are the same whether an address exists or not, so they do not reveal which inboxes exist.
/// </summary>
sealed class ClientSetup(MailSettings mail, string? url, string? authorityPath)
{
    const int LongestRequest = 16 * 1024;
    const int NonceOctets = 16;

    public static void Map(WebApplication app, Options options, string? authorityPath)
    {
        if (options.ImapPort == 0 || options.SmtpPort == 0)
        {
            return; // there is nothing to set up an account with
        }
        var setup = new ClientSetup(MailSettings.Of(options), options.HttpUrl, authorityPath);
        app.MapGet("/mail/config-v1.1.xml", setup.AutoconfigAsync);
        app.MapGet("/.well-known/autoconfig/mail/config-v1.1.xml", setup.AutoconfigAsync);
        app.MapPost("/autodiscover/autodiscover.xml", setup.AutodiscoverAsync);
        app.MapGet("/autodiscover/autodiscover.json", setup.AutodiscoverJsonAsync);
        app.MapGet("/autodiscover/autodiscover.json/v1.0/{address}", setup.AutodiscoverJsonAsync);
        app.MapGet("/setup/{address}", setup.PageAsync);
        app.MapGet("/setup/{address}/agentpost.mobileconfig", setup.ProfileAsync);
        app.MapGet("/setup/{address}/ca.pem", setup.AuthorityAsync);
    }

    Task AutoconfigAsync(HttpContext context)
    {
        var domain = InboxAddress.TryParse(context.Request.Query["emailaddress"], out var address, out _) && AsciiDomain(address) is { } named ? named : mail.Host;
        return WriteAsync(context, ThunderbirdAutoconfig.Document(mail, domain), "application/xml; charset=utf-8");
    }

    async Task AutodiscoverAsync(HttpContext context)
    {
        if (context.Request.ContentLength > LongestRequest)
        {
            context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return;
        }
        var request = new char[LongestRequest];
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var read = await reader.ReadBlockAsync(request, context.RequestAborted);
        if (read == LongestRequest || !OutlookAutodiscover.TryReadRequest(new(request, 0, read), out var address))
        {
            await WriteTextAsync(context, StatusCodes.Status400BadRequest, "An Autodiscover request names one EMailAddress.\n");
            return;
        }
        await WriteAsync(context, OutlookAutodiscover.Document(mail, address), "application/xml; charset=utf-8");
    }

    Task AutodiscoverJsonAsync(HttpContext context)
    {
        var isKnown = string.Equals(context.Request.Query["Protocol"], "AutodiscoverV1", StringComparison.OrdinalIgnoreCase);
        context.Response.StatusCode = isKnown ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest;
        return isKnown
            ? context.Response.WriteAsJsonAsync(
                new Dictionary<string, string> { ["Protocol"] = "AutodiscoverV1", ["Url"] = $"{BaseOf(context)}/autodiscover/autodiscover.xml" }, context.RequestAborted)
            : context.Response.WriteAsJsonAsync(
                new Dictionary<string, string> { ["ErrorCode"] = "InvalidProtocol", ["ErrorMessage"] = "The one protocol here is AutodiscoverV1." },
                context.RequestAborted);
    }

    Task PageAsync(HttpContext context)
    {
        if (AddressOf(context) is not { } address)
        {
            return NotAnAddressAsync(context);
        }
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(NonceOctets));
        var profile = $"{BaseOf(context)}/setup/{Uri.EscapeDataString(address.Value)}/agentpost.mobileconfig";
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = $"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src data:; base-uri 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(SetupPage.Render(mail, address, profile, authorityPath is not null, nonce), context.RequestAborted);
    }

    Task ProfileAsync(HttpContext context)
    {
        if (AddressOf(context) is not { } address)
        {
            return NotAnAddressAsync(context);
        }
        context.Response.Headers.ContentDisposition = "attachment; filename=\"agentpost.mobileconfig\"";
        return WriteAsync(context, AppleProfile.Document(mail, address, ReadAuthority()), "application/x-apple-aspen-config");
    }

    async Task AuthorityAsync(HttpContext context)
    {
        if (authorityPath is null)
        {
            await WriteTextAsync(context, StatusCodes.Status404NotFound, "The server's certificate is not of an authority of its own.\n");
            return;
        }
        context.Response.ContentType = "application/x-pem-file";
        context.Response.Headers.ContentDisposition = "attachment; filename=\"ca.pem\"";
        await context.Response.SendFileAsync(authorityPath, context.RequestAborted);
    }

    byte[]? ReadAuthority()
    {
        if (authorityPath is null)
        {
            return null;
        }
        using var authority = X509CertificateLoader.LoadCertificateFromFile(authorityPath);
        return authority.RawData;
    }

    string BaseOf(HttpContext context) => url ?? $"{context.Request.Scheme}://{context.Request.Host}";

    // A local part can contain a slash, which stays encoded in a path.
    static InboxAddress? AddressOf(HttpContext context) =>
        context.Request.RouteValues["address"] is string text
        && InboxAddress.TryParse(text.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase), out var address, out _) ? address : null;

    static string? AsciiDomain(InboxAddress address)
    {
        try
        {
            return new IdnMapping().GetAscii(address.Value[(address.Value.LastIndexOf('@') + 1)..]);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    static Task NotAnAddressAsync(HttpContext context) => WriteTextAsync(context, StatusCodes.Status404NotFound, "That is not an e-mail address.\n");

    static Task WriteTextAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    static async Task WriteAsync(HttpContext context, XDocument document, string contentType)
    {
        context.Response.ContentType = contentType;
        var settings = new XmlWriterSettings { Async = true, Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), Indent = true };
        await using var writer = XmlWriter.Create(context.Response.Body, settings);
        await document.SaveAsync(writer, context.RequestAborted);
    }
}
