using AgentPost.Host.Api.Requests;
using AgentPost.Store.Model;

namespace AgentPost.Host.Api.Mail;

/// <summary>Folders that a call names.</summary>
static class FolderNames
{
    /// <param name="field">What is refused when the name can be none.</param>
    public static FolderName Parse(string field, string name) => FolderName.TryParse(name, out var parsed)
        ? parsed
        : throw new ApiRefusedException(ApiError.Invalid(field, "this cannot be the name of a folder"));

    /// <summary>Refusal: FolderNotFound.</summary>
    public static async Task<Folder> FindAsync(ApiCall call, FolderName name, CancellationToken cancellation) =>
        await call.Store.Folders.FindAsync(call.Inbox.Id, name, cancellation)
        ?? throw new StoreRefusedException(Refusal.FolderNotFound, $"There is no folder {name}.");
}
