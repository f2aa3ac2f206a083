using System.Net;
using AgentPost.Store;

namespace AgentPost.Host.Api;

/// <summary>Checks the fields of an outside account; each refusal names the field.</summary>
static class SurfaceFields
{
    const int LongestText = 1000;
    const int SubmissionsPort = 465;

    public static string Text(string field, string? value) => Optional(field, value) ?? throw Wrong(field, "this is needed");

    /// <summary>Null when it is absent or empty.</summary>
    public static string? Optional(string field, string? value) => value switch
    {
        null or "" => null,
        { Length: > LongestText } => throw Wrong(field, $"it has at most {LongestText} characters"),
        var text when text.Any(char.IsControl) => throw Wrong(field, "it has no control characters"),
        var text => text,
    };

    public static string Host(string field, string? value) =>
        Uri.CheckHostName(Text(field, value)) is not UriHostNameType.Unknown ? Text(field, value) : throw Wrong(field, "this is the name of a host");

    public static int Port(string field, int? value) =>
        value is >= 1 and <= IPEndPoint.MaxPort and var port ? port : throw Wrong(field, $"this is a number from 1 to {IPEndPoint.MaxPort}, and needed");

    public static string Email(string field, string? value) =>
        InboxAddress.TryParse(Text(field, value), out var address, out _) && Uri.CheckHostName(address.Value[(address.Value.LastIndexOf('@') + 1)..]) is UriHostNameType.Dns
            ? Text(field, value)
            : throw Wrong(field, "this is an e-mail address");

    /// <param name="secure">TLS from the first octet; null: by the port.</param>
    public static RemoteServer Smtp(string? host, int? port, bool? secure, string? userName, string? password)
    {
        var known = Port("smtpPort", port);
        return new(Host("smtpHost", host), known, secure ?? known == SubmissionsPort, Text("smtpUsername", userName), Text("smtpPassword", password));
    }

    public static ApiRefusedException Wrong(string field, string message) => new(ApiError.Invalid(field, message));
}
