namespace AgentPost.Store.Model;

/// <summary>A folder as LIST shows it.</summary>
/// <param name="SpecialUse">As RFC 6154 §2 writes it (<c>\Sent</c>); several apart by a space; null for none.</param>
public sealed record Folder(FolderId Id, FolderName Name, string? SpecialUse, UidValidity UidValidity);

/// <summary>The folders of an inbox and the subscribed names, which may outlive their folders; both sorted by name, INBOX first.</summary>
public sealed record FolderList(IReadOnlyList<Folder> Folders, IReadOnlyList<FolderName> Subscriptions);
