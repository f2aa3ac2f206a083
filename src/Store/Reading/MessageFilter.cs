using AgentPost.Store.Model;

namespace AgentPost.Store.Reading;

/// <summary>Which messages of an inbox to list; null leaves a point open. Text is compared as SEARCH does: decoded, folded, anywhere in the field.</summary>
public sealed record MessageFilter
{
    /// <summary>Null: all but Drafts and Trash.</summary>
    public FolderName? Folder { get; init; }

    /// <summary>With <see cref="Folder"/>: from this UID on.</summary>
    public Uid? FirstUid { get; init; }

    public ThreadId? Thread { get; init; }
    public string? Label { get; init; }
    public bool? IsSeen { get; init; }
    public bool? IsFlagged { get; init; }
    public string? From { get; init; }
    public string? To { get; init; }
    public string? Subject { get; init; }

    /// <summary>In header or body.</summary>
    public string? Text { get; init; }

    /// <summary>Internal date, inclusive.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Internal date, exclusive.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>
    /// True if many messages may have to be scanned to fill a page. A page without conditions is read from an index, and few messages have a UID from
    /// <see cref="FirstUid"/> on.
    /// </summary>
    internal bool IsSearch => FirstUid is null && this with { Folder = null } != new MessageFilter();
}

/// <summary>By the order in which messages came to the store.</summary>
public enum MessageOrder
{
    NewestFirst,
    OldestFirst,
}
