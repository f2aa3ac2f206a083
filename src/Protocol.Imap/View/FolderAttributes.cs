using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.View;

/// <summary>
/// The attributes of LIST and LSUB: children (RFC 3348 §3), special use (RFC 6154 §2), existence (RFC 5258 §3).
/// </summary>
sealed class FolderAttributes(IReadOnlyList<Folder> folders)
{
    readonly Dictionary<FolderName, Folder> _folders = folders.ToDictionary(folder => folder.Name);
    readonly HashSet<FolderName> _parents = [.. folders.Select(folder => folder.Name.Parent).OfType<FolderName>()];

    public bool Exists(FolderName name) => _folders.ContainsKey(name);

    /// <summary>
    /// Returns the attributes of a name, without parentheses. A folder that has children always exists.
    /// </summary>
    public string Of(FolderName name)
    {
        if (!_folders.TryGetValue(name, out var folder))
        {
            return @"\NonExistent \HasNoChildren";
        }
        var children = _parents.Contains(name) ? @"\HasChildren" : @"\HasNoChildren";
        return folder.SpecialUse is { } use ? $"{children} {use}" : children;
    }
}
