using AgentPost.Mime.Structure;
using AgentPost.Store.Model;

namespace AgentPost.Store.Reading;

/// <summary>A message with all its entries, as it appears in a list.</summary>
public sealed record ListedMessage
{
    public required MessageId Id { get; init; }
    public required ThreadId Thread { get; init; }
    public required long Size { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public required DateTimeOffset? SentAt { get; init; }
    public required string? InternetMessageId { get; init; }

    /// <summary>In the format of FETCH ENVELOPE.</summary>
    public required byte[] Envelope { get; init; }

    /// <summary>In the format of FETCH BODYSTRUCTURE.</summary>
    public required byte[] BodyStructure { get; init; }

    /// <summary>
    /// Details of the content of parts that <see cref="BodyStructure"/> lacks. Empty for almost all messages.
    /// </summary>
    public required IReadOnlyList<PartContent> Contents { get; init; }

    public required string Preview { get; init; }

    /// <summary>
    /// True if the message has the Return-Path field that delivery prepends: it was received, not written in this
    /// inbox.
    /// </summary>
    public required bool IsDelivered { get; init; }

    /// <summary>At least one, ordered by folder.</summary>
    public required IReadOnlyList<ListedEntry> Entries { get; init; }
}

/// <summary>One of the folders that contain a message.</summary>
public sealed record ListedEntry(FolderId Folder, FolderName Name, Uid Uid, SystemFlags Flags, IReadOnlyList<string> Keywords);
