using AgentPost.Store.Model;

namespace AgentPost.Store.Live;

/// <summary>
/// The plus tags that were in use in a folder at a point in time. Access it only while holding the inbox's lock.
/// </summary>
sealed record TagsInUse(FolderId Folder, HashSet<string> Names, DateTimeOffset At);
