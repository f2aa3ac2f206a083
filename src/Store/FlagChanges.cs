namespace AgentPost.Store;

/// <summary>Changes flags and keywords of entries.</summary>
public sealed class FlagChanges
{
    /// <summary>
    /// Applies one change to the given UIDs (ascending; unknown ones are passed over). Entries that already are so are not touched.
    /// With <paramref name="unchangedSince"/>, entries changed after it are left alone and reported. Refusals: FolderNotFound, KeywordLimit.
    /// </summary>
    public Task<FlagChangeResult> ApplyAsync(FolderKey folder, ReadOnlyMemory<Uid> uids, FlagChange change, ModSeq? unchangedSince, CancellationToken cancellation) =>
        throw new NotImplementedException();
}

public enum FlagChangeMode
{
    Add,
    Remove,
    Replace,
}

public sealed record FlagChange(FlagChangeMode Mode, SystemFlags Flags, KeywordSet Keywords);

/// <param name="ModSeq">Of the change; the folder's highest when nothing changed.</param>
/// <param name="Refused">Changed since <c>unchangedSince</c> (MODIFIED, RFC 7162 §3.1.3); ascending.</param>
public sealed record FlagChangeResult(ModSeq ModSeq, IReadOnlyList<Uid> Changed, IReadOnlyList<Uid> Refused);
