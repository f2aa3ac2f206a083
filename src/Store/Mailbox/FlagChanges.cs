using AgentPost.Store.Data;
using AgentPost.Store.Model;
using AgentPost.Store.Writing;

namespace AgentPost.Store.Mailbox;

/// <summary>Changes flags and keywords of entries.</summary>
public sealed class FlagChanges
{
    readonly Writer _writer;

    internal FlagChanges(Writer writer) => _writer = writer;

    /// <summary>
    /// Applies one change to the given UIDs (ascending; unknown UIDs are ignored). Skips entries that the change would
    /// not alter. With <paramref name="unchangedSince"/>, also skips and reports entries that changed after it. Throws
    /// StoreRefusedException: FolderNotFound, KeywordLimit.
    /// </summary>
    public Task<FlagChangeResult> ApplyAsync(
        FolderKey folder, ReadOnlyMemory<Uid> uids, FlagChange change, ModSeq? unchangedSince, CancellationToken cancellation) =>
        _writer.RunAsync(
            folder.Inbox,
            async (transaction, token) =>
            {
                var target = await transaction.LockFolderAsync(folder, token);
                if (uids.IsEmpty)
                {
                    return new FlagChangeResult(target.Before, [], []);
                }
                var filter = UidFilter.Of(uids.Span);
                var refused = unchangedSince is { } since ? await FindNewerAsync(transaction, folder, filter, since, token) : [];
                await UpdateAsync(transaction, target, filter, change, unchangedSince, token);
                if (!target.IsTouched)
                {
                    return new(target.Before, [], refused);
                }
                transaction.Notes.TellFlags(target);
                await transaction.CommitAsync();
                return new(target.ModSeq, [.. target.Changed.Select(entry => entry.Uid)], refused);
            },
            cancellation);

    static async Task<IReadOnlyList<Uid>> FindNewerAsync(
        WriteTransaction transaction, FolderKey folder, UidFilter filter, ModSeq since, CancellationToken cancellation)
    {
        await using var command = transaction.Connection.Command(
            $"select uid from entries e where {filter.Rows("entries", "e", 4)} and modseq > $3 order by uid",
            [folder.Inbox.Value, folder.Folder.Value, since.Value, .. filter.Values]);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var newer = new List<Uid>();
        while (await reader.ReadAsync(cancellation))
        {
            newer.Add(new((uint)reader.GetInt64(0)));
        }
        return newer;
    }

    internal static async Task UpdateAsync(
        WriteTransaction transaction, FolderWrite target, UidFilter filter, FlagChange change, ModSeq? unchangedSince, CancellationToken cancellation)
    {
        var keywords = change.Mode == FlagChangeMode.Remove ? target.Inbox.KnownNumbersOf(change.Keywords) : target.Inbox.NumbersOf(change.Keywords);
        if (change.Mode != FlagChangeMode.Remove && keywords is not null)
        {
            await transaction.CheckKeywordLimitAsync(target, keywords, cancellation);
        }
        var form = FlagUpdate.Of(change.Mode, keywords is not null);

        // A data-modifying statement cannot return rows in order, but the change log needs them ordered.
        await using var command = transaction.Connection.Command(
            $"""
            with changed as (
                update entries e set modseq = $3, {form.Assignment}
                where {filter.Rows("entries", "e", 7)} and modseq <= $6 and ({form.Difference})
                returning uid, flags, keyword_ids)
            select uid, flags, keyword_ids from changed order by uid
            """,
            [
                target.Key.Inbox.Value, target.Key.Folder.Value, target.ModSeq.Value, (int)change.Flags, keywords ?? [],
                unchangedSince?.Value ?? long.MaxValue, .. filter.Values,
            ]);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            target.AddChanged(new(
                new((uint)reader.GetInt64(0)),
                (SystemFlags)reader.GetInt32(1),
                reader.IsDBNull(2) ? null : reader.GetFieldValue<int[]>(2)));
        }
    }
}

public enum FlagChangeMode
{
    Add,
    Remove,
    Replace,
}

public sealed record FlagChange(FlagChangeMode Mode, SystemFlags Flags, KeywordSet Keywords);

/// <param name="ModSeq">Mod-sequence of the change; the folder's highest if nothing changed.</param>
/// <param name="Refused">UIDs changed since <c>unchangedSince</c> (MODIFIED, RFC 7162 §3.1.3); ascending.</param>
public sealed record FlagChangeResult(ModSeq ModSeq, IReadOnlyList<Uid> Changed, IReadOnlyList<Uid> Refused);
