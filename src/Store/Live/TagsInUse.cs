using AgentPost.Store.Model;

namespace AgentPost.Store.Live;

/// <summary>The tags that were in use in a folder at a time. Only the holder of the inbox's lock touches it.</summary>
sealed record TagsInUse(FolderId Folder, HashSet<string> Names, DateTimeOffset At);
