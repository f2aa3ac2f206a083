using AgentPost.Store.Data;
using AgentPost.Store.Model;

namespace AgentPost.Store.Reading;

/// <summary>Reads the change log, for clients that resynchronize (RFC 7162 §3.2).</summary>
public sealed class ChangeLog
{
    readonly Database _database;

    internal ChangeLog(Database database) => _database = database;

    /// <summary>
    /// Finds the UIDs expunged after a mod-sequence, as ascending, non-overlapping ranges. Returns null if the change
    /// log no longer reaches back that far. Throws StoreRefusedException: FolderNotFound.
    /// </summary>
    public Task<IReadOnlyList<UidRange>?> ExpungedSinceAsync(FolderKey folder, ModSeq since, CancellationToken cancellation) =>
        _database.ReadAsync<IReadOnlyList<UidRange>?>(
            async (connection, token) =>
            {
                // A single statement, so that the log cannot be pruned between reading the floor and the changes.
                await using var command = connection.Command(
                    """
                    select f.change_floor, c.expunged from folders f
                    left join changes c on c.inbox_id = f.inbox_id and c.folder_id = f.folder_id and c.modseq > $3 and c.expunged is not null
                    where f.inbox_id = $1 and f.folder_id = $2
                    """,
                    folder.Inbox.Value, folder.Folder.Value, since.Value);
                await using var reader = await command.ExecuteReaderAsync(token);
                if (!await reader.ReadAsync(token))
                {
                    throw StoreRefusals.FolderNotFound();
                }
                if (since.Value < reader.GetInt64(0))
                {
                    return null;
                }
                var ranges = new List<UidRange>();
                do
                {
                    ranges.AddRange(UidSetText.Ranges(reader.IsDBNull(1) ? null : reader.GetString(1)));
                }
                while (await reader.ReadAsync(token));
                return Merge(ranges);
            },
            cancellation);

    static List<UidRange> Merge(List<UidRange> ranges)
    {
        ranges.Sort((left, right) => left.First.CompareTo(right.First));
        var merged = new List<UidRange>(ranges.Count);
        foreach (var range in ranges)
        {
            if (merged.Count > 0 && range.First.Value <= (ulong)merged[^1].Last.Value + 1)
            {
                merged[^1] = new(merged[^1].First, range.Last > merged[^1].Last ? range.Last : merged[^1].Last);
            }
            else
            {
                merged.Add(range);
            }
        }
        return merged;
    }
}
