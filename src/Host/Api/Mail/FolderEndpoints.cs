using AgentPost.Host.Api.Requests;
using AgentPost.Store.Model;

namespace AgentPost.Host.Api.Mail;

/// <summary>Lists the folders of an inbox.</summary>
static class FolderEndpoints
{
    public static IReadOnlyList<ApiEndpoint> Rows =>
    [
        new("GET", "/api/v1/inboxes/{inbox}/folders", Scope.MessagesRead, "List the folders with how much is in them.", ListAsync)
        {
            Id = "listFolders", Tag = "Folders", Answer = typeof(Page<FolderView>),
        },
    ];

    static async Task<IResult> ListAsync(ApiCall call, CancellationToken cancellation)
    {
        var folders = (await call.Store.Folders.ListAsync(call.Inbox.Id, cancellation)).Folders;
        var counts = await call.Store.MessageLists.CountAsync(call.Inbox.Id, cancellation);
        return Answer.Ok(new Page<FolderView>(
            [.. folders.Select(folder => new FolderView(folder.Name.Value, folder.SpecialUse, counts.GetValueOrDefault(folder.Id).Messages, counts.GetValueOrDefault(folder.Id).Unread))], null));
    }
}

/// <summary>A folder in API responses.</summary>
/// <param name="SpecialUse">Special-use attribute as in RFC 6154 §2, such as <c>\Sent</c>. Null if the folder has
/// none.</param>
sealed record FolderView(string Name, string? SpecialUse, long Messages, long Unread);
