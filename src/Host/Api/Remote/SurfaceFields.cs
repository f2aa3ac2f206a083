using System.Net;
using AgentPost.Host.Api.Requests;
using AgentPost.Store.Addresses;
using AgentPost.Store.Remote;

namespace AgentPost.Host.Api.Remote;

/// <summary>Checks the fields of a remote account. Each error names the field.</summary>
static class SurfaceFields
{
    const int MaxTextLength = 1000;
    const int MaxTokenLength = 16 * 1024;
    const int ImapsPort = 993;
    const int SubmissionsPort = 465;

    static readonly int[] ImapPorts = [143];
    static readonly int[] SmtpPorts = [25, 587, 2525];

    public static string Text(string field, string? value) => Optional(field, value) ?? throw Wrong(field, "required");

    /// <summary>Returns null if the field is absent or empty.</summary>
    public static string? Optional(string field, string? value) => value switch
    {
        null or "" => null,
        { Length: > MaxTextLength } => throw Wrong(field, $"must have at most {MaxTextLength} characters"),
        var text when text.Any(char.IsControl) => throw Wrong(field, "must not contain control characters"),
        var text => text,
    };

    public static string Host(string field, string? value) =>
        Uri.CheckHostName(Text(field, value)) is not UriHostNameType.Unknown ? Text(field, value) : throw Wrong(field, "must be a host name or an IP address");

    public static int Port(string field, int? value) =>
        value is >= 1 and <= IPEndPoint.MaxPort and var port ? port : throw Wrong(field, $"required; must be a number from 1 to {IPEndPoint.MaxPort}");

    public static string Email(string field, string? value) =>
        InboxAddress.TryParse(Text(field, value), out var address, out _) && Uri.CheckHostName(address.Value[(address.Value.LastIndexOf('@') + 1)..]) is UriHostNameType.Dns
            ? Text(field, value)
            : throw Wrong(field, "must be an email address");

    public static RemoteServer Imap(string? host, int? port, bool? secure, RemoteLogin login)
    {
        var known = Port("imapPort", port);
        return new(Host("imapHost", host), known, Tls(secure, known, ImapsPort, ImapPorts), login);
    }

    public static RemoteServer Smtp(string? host, int? port, bool? secure, RemoteLogin login)
    {
        var known = Port("smtpPort", port);
        return new(Host("smtpHost", host), known, Tls(secure, known, SubmissionsPort, SmtpPorts), login);
    }

    /// <summary>Reads the password or the access token, of which exactly one is required.</summary>
    /// <param name="side"><c>imap</c> or <c>smtp</c>.</param>
    public static RemoteLogin Login(string side, string? userName, string? password, string? accessToken)
    {
        var user = Text($"{side}Username", userName);
        if (accessToken is null or "")
        {
            return new(user, SecretKind.Password, Optional($"{side}Password", password) ?? throw Wrong($"{side}Password", $"required, unless {side}AccessToken is given"));
        }
        if (password is not (null or ""))
        {
            throw Wrong($"{side}AccessToken", $"must not be given together with {side}Password");
        }
        // b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"=" (RFC 6750 §2.1); some providers use
        // more.
        return accessToken.Length <= MaxTokenLength && accessToken.All(c => c is > ' ' and <= '~')
            ? new(user, SecretKind.AccessToken, accessToken)
            : throw Wrong($"{side}AccessToken", $"must have at most {MaxTokenLength} printable ASCII characters and no spaces");
    }

    public static ApiRefusedException Wrong(string field, string message) => new(ApiError.Invalid(field, message));

    // Only the registered ports imply a TLS mode.
    static RemoteTls Tls(bool? secure, int port, int implicitPort, int[] startTlsPorts) => secure switch
    {
        true => RemoteTls.Implicit,
        false => RemoteTls.StartTls,
        _ when port == implicitPort => RemoteTls.Implicit,
        _ when startTlsPorts.Contains(port) => RemoteTls.StartTls,
        _ => RemoteTls.Detect,
    };
}
