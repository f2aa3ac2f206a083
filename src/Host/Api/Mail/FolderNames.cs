using AgentPost.Host.Api.Requests;
using AgentPost.Store.Model;

namespace AgentPost.Host.Api.Mail;

/// <summary>Parses and finds folders that a request names.</summary>
static class FolderNames
{
    /// <param name="field">Name of the field, for the error if the folder name is invalid.</param>
    public static FolderName Parse(string field, string name) => FolderName.TryParse(name, out var parsed)
        ? parsed
        : throw new ApiRefusedException(ApiError.Invalid(field, "this cannot be the name of a folder"));

    /// <summary>Finds a folder of the request's inbox. Throws StoreRefusedException: FolderNotFound.</summary>
    public static async Task<Folder> FindAsync(ApiCall call, FolderName name, CancellationToken cancellation) =>
        await call.Store.Folders.FindAsync(call.Inbox.Id, name, cancellation)
        ?? throw new StoreRefusedException(Refusal.FolderNotFound, $"There is no folder {name}.");
}
