using AgentPost.Store.Model;

namespace AgentPost.Store.Reading;

/// <summary>
/// Selects the messages of an inbox to list. A property that is null does not restrict the list. Text is compared as in
/// SEARCH: decoded, case-folded, anywhere in the field.
/// </summary>
public sealed record MessageFilter
{
    /// <summary>Null: all folders except Drafts and Trash.</summary>
    public FolderName? Folder { get; init; }

    /// <summary>Lowest UID in <see cref="Folder"/>. Use only together with it.</summary>
    public Uid? FirstUid { get; init; }

    public ThreadId? Thread { get; init; }
    public string? Label { get; init; }
    public bool? IsSeen { get; init; }
    public bool? IsFlagged { get; init; }
    public string? From { get; init; }
    public string? To { get; init; }
    public string? Subject { get; init; }

    /// <summary>Text to find in the header or the body.</summary>
    public string? Text { get; init; }

    /// <summary>Internal date, inclusive.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Internal date, exclusive.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>
    /// True if many messages may have to be scanned to fill a page. Without conditions a page is read from an index,
    /// and with <see cref="FirstUid"/> only a few messages are read.
    /// </summary>
    internal bool IsSearch => FirstUid is null && this with { Folder = null } != new MessageFilter();
}

/// <summary>The order in which messages are listed, by the time they were stored.</summary>
public enum MessageOrder
{
    NewestFirst,
    OldestFirst,
}
