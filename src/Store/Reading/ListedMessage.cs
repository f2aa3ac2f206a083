using AgentPost.Mime.Structure;
using AgentPost.Store.Model;

namespace AgentPost.Store.Reading;

/// <summary>A message with all its entries, as a list shows it.</summary>
public sealed record ListedMessage
{
    public required MessageId Id { get; init; }
    public required ThreadId Thread { get; init; }
    public required long Size { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public required DateTimeOffset? SentAt { get; init; }
    public required string? InternetMessageId { get; init; }

    /// <summary>As FETCH ENVELOPE writes it.</summary>
    public required byte[] Envelope { get; init; }

    /// <summary>As FETCH BODYSTRUCTURE writes it.</summary>
    public required byte[] BodyStructure { get; init; }

    /// <summary>What is known of the content of parts beyond <see cref="BodyStructure"/>; empty for nearly all messages.</summary>
    public required IReadOnlyList<PartContent> Contents { get; init; }

    public required string Preview { get; init; }

    /// <summary>Whether it bears the Return-Path field that delivery puts on top: it came in, and was not written here.</summary>
    public required bool IsDelivered { get; init; }

    /// <summary>One or more, by folder.</summary>
    public required IReadOnlyList<ListedEntry> Entries { get; init; }
}

/// <summary>One of the folders that a message is in.</summary>
public sealed record ListedEntry(FolderId Folder, FolderName Name, Uid Uid, SystemFlags Flags, IReadOnlyList<string> Keywords);
