using AgentPost.Store.Model;

namespace AgentPost.Store.Live;

/// <summary>
/// The change that a committed write transaction made to a folder. It updates a snapshot without reading the database.
/// </summary>
/// <param name="Before">The folder's mod-sequence before the change. A snapshot with another mod-sequence lacks further
/// changes.</param>
/// <param name="Changed">New state of the changed entries, ascending.</param>
/// <param name="Expunged">Ascending.</param>
/// <param name="IsGone">True if the folder was deleted. The other properties are then meaningless.</param>
sealed record CommittedChange(
    FolderKey Key, ModSeq Before, ModSeq ModSeq, Uid UidNext, IReadOnlyList<FolderEntry> Changed, IReadOnlyList<Uid> Expunged, bool IsGone)
{
    public FolderSnapshot ApplyTo(FolderSnapshot known) => new SnapshotChange(UidNext, ModSeq, Changed, Expunged).ApplyTo(known);
}
