namespace AgentPost.Store;

/// <summary>Files messages into folders.</summary>
public sealed class Appends
{
    /// <summary>Begins a message; the caller writes, completes, appends and disposes it.</summary>
    public IncomingMessage Receive() => throw new NotImplementedException();

    /// <summary>Files completed messages, all or none, in order. Refusals: FolderNotFound, KeywordLimit.</summary>
    public Task<AppendResult> AppendAsync(FolderKey folder, IReadOnlyList<AppendItem> items, CancellationToken cancellation) => throw new NotImplementedException();
}

/// <param name="InternalAt">Null: now.</param>
public sealed record AppendItem(IncomingMessage Message, SystemFlags Flags, KeywordSet Keywords, DateTimeOffset? InternalAt);

public sealed record AppendResult(UidValidity UidValidity, IReadOnlyList<Uid> Uids, ModSeq ModSeq);
