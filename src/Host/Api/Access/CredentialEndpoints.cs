using AgentPost.Host.Api.Requests;
using AgentPost.Host.Setup;
using AgentPost.Store.Model;

namespace AgentPost.Host.Api.Access;

/// <summary>Exports IMAP and SMTP logins for each inbox, as CSV.</summary>
static class CredentialEndpoints
{
    public static IReadOnlyList<ApiEndpoint> Rows =>
    [
        new("GET", "/api/v1/inboxes/credentials/export", Scope.InboxesRead,
            "Export how to log in to each inbox as CSV. The password is the key of this call; with mint=true a new key for each inbox (needs keys:write and messages:read).", ExportAsync)
        {
            Id = "exportCredentials", Tag = "Inboxes", MediaType = "text/csv",
            Query = [new("mint", "boolean", "true: make a key for each inbox, with the rights to read and write messages that this key has.")],
        },
    ];

    static async Task<IResult> ExportAsync(ApiCall call, CancellationToken cancellation)
    {
        var isMinting = call.Query.Has("mint");
        if (isMinting)
        {
            call.Require(Scope.KeysWrite);
            call.Require(Scope.MessagesRead);
        }
        var inboxes = await call.Store.Organizations.ListInboxesAsync(call.Key.Organization, call.Key.Inboxes, "", int.MaxValue, cancellation);
        var lines = isMinting
            ? await CredentialExport.MintAsync(call.Store, inboxes, call.Key, call.Time.GetUtcNow(), cancellation)
            : [.. inboxes.Select(inbox => (inbox, KeyGate.SecretOf(call.Http)))];
        call.Http.Response.Headers.CacheControl = "no-store";
        call.Http.Response.Headers.ContentDisposition = "attachment; filename=credentials.csv";
        return TypedResults.Text(CredentialExport.Write(lines, MailSettings.Of(call.Options)), "text/csv");
    }
}
