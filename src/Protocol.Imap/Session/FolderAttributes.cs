using AgentPost.Store;

namespace AgentPost.Protocol.Imap;

/// <summary>The attributes of LIST and LSUB: children (RFC 3348 §3) and special use (RFC 6154 §2).</summary>
sealed class FolderAttributes(IReadOnlyList<Folder> folders)
{
    readonly Dictionary<FolderName, Folder> _folders = folders.ToDictionary(folder => folder.Name);
    readonly HashSet<FolderName> _parents = [.. folders.Select(folder => folder.Name.Parent).OfType<FolderName>()];

    public bool Exists(FolderName name) => _folders.ContainsKey(name);

    /// <summary>Those of a folder that exists, without parentheses.</summary>
    public string Of(FolderName name)
    {
        var children = _parents.Contains(name) ? @"\HasChildren" : @"\HasNoChildren";
        return _folders[name].SpecialUse is { } use ? $"{children} {use}" : children;
    }
}
