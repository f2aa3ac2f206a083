namespace AgentPost.Store.Model;

/// <summary>A folder, as LIST returns it.</summary>
/// <param name="SpecialUse">Attributes as in RFC 6154 §2 (<c>\Sent</c>), space-separated. Null if there are
/// none.</param>
public sealed record Folder(FolderId Id, FolderName Name, string? SpecialUse, UidValidity UidValidity);

/// <summary>
/// The folders of an inbox and its subscribed names, which may exist without a folder. Both are sorted by name, INBOX
/// first.
/// </summary>
public sealed record FolderList(IReadOnlyList<Folder> Folders, IReadOnlyList<FolderName> Subscriptions);
