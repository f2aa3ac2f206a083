using AgentPost.Store.Model;

namespace AgentPost.Store.Data;

/// <summary>A folder, as stored in its row.</summary>
sealed record FolderRow(int Id, string Name, string? SpecialUse, long UidValidity)
{
    public Folder ToFolder() => new(new(Id), NameOf(Name), SpecialUse, new((uint)UidValidity));

    /// <summary>Returns the name in a row, which was valid when it was written.</summary>
    public static FolderName NameOf(string stored) =>
        FolderName.TryParse(stored, out var name) ? name : throw new InvalidOperationException("The database holds an invalid folder name.");
}
