using AgentPost.Store.Model;

namespace AgentPost.Store.Live;

/// <summary>What a committed write transaction did to a folder: enough to bring a snapshot forward without asking the database.</summary>
/// <param name="Before">The folder's mod-sequence that the change builds on; a snapshot at another one needs more than this change.</param>
/// <param name="Changed">Entries as they now are, ascending.</param>
/// <param name="Expunged">Ascending.</param>
/// <param name="IsGone">The folder was deleted; the rest is then without meaning.</param>
sealed record CommittedChange(
    FolderKey Key, ModSeq Before, ModSeq ModSeq, Uid UidNext, IReadOnlyList<FolderEntry> Changed, IReadOnlyList<Uid> Expunged, bool IsGone)
{
    public FolderSnapshot ApplyTo(FolderSnapshot known) => new SnapshotChange(UidNext, ModSeq, Changed, Expunged).ApplyTo(known);
}
