using AgentPost.Store.Data;
using AgentPost.Store.Model;
using AgentPost.Store.Spooling;
using AgentPost.Store.Writing;
using Npgsql;

namespace AgentPost.Store.Mailbox;

/// <summary>
/// Imports messages in bulk. An interrupted import can be repeated: messages that the folder already has are skipped.
/// </summary>
public sealed class Imports
{
    // Matches by Message-ID, which is indexed. The digest is computed only for messages that also have the same size.
    const string ByIdSql = $"""
        select encode({ContentDigest.Sql}, 'hex') from (select distinct id from unnest($3::text[]) id) named cross join lateral (
            select * from messages x where x.internet_message_id = named.id and uuid_send(x.inbox_id) = uuid_send($1) and x.size = any($4) offset 0) m
        where (select true from entries e where e.message_id = m.message_id and e.folder_id = $2 limit 1)
        """;

    const string BySizeSql = $"""
        select encode({ContentDigest.Sql}, 'hex') from (select distinct octets from unnest($3::bigint[]) octets) sized cross join lateral (
            select * from messages x where x.internet_message_id is null and x.size = sized.octets and uuid_send(x.inbox_id) = uuid_send($1) offset 0) m
        where (select true from entries e where e.message_id = m.message_id and e.folder_id = $2 limit 1)
        """;

    readonly Database _database;
    readonly Writer _writer;

    internal Imports(Database database, Writer writer)
    {
        _database = database;
        _writer = writer;
    }

    /// <summary>
    /// Imports completed messages in order, all or none. Skips a message with the same bytes as one in the folder or
    /// earlier in the list; its UID in the result is null. Sent and Drafts are treated like any other folder. Throws
    /// StoreRefusedException: FolderNotFound, KeywordLimit, DraftLimit, OverQuota.
    /// </summary>
    public Task<IReadOnlyList<Uid?>> ImportAsync(FolderKey folder, IReadOnlyList<AppendItem> items, CancellationToken cancellation) =>
        ImportAsync(folder, items, [], cancellation);

    /// <summary>Same as the overload with fewer parameters.</summary>
    /// <param name="leftOut">Receives the keywords that the folder has no room for. The messages are stored without
    /// them.</param>
    public async Task<IReadOnlyList<Uid?>> ImportAsync(
        FolderKey folder, IReadOnlyList<AppendItem> items, ICollection<string> leftOut, CancellationToken cancellation)
    {
        var candidates = new Candidate[items.Count];
        for (var i = 0; i < candidates.Length; i++)
        {
            candidates[i] = new(i, items[i], await ContentDigest.OfAsync(items[i].Message, cancellation));
        }
        var unlike = candidates.DistinctBy(candidate => candidate.Digest).ToList();
        var uids = new Uid?[items.Count];
        while (true)
        {
            var known = await _database.ReadAsync((connection, token) => FindAsync(connection, folder, unlike, token), cancellation);
            var missing = unlike.FindAll(candidate => !known.Contains(candidate.Digest));
            if (missing.Count == 0)
            {
                return uids;
            }
            // Null: another import stored one of them in the meantime.
            var filed = await _writer.RunAsync(
                folder.Inbox,
                (transaction, token) => FileAsync(transaction, folder, missing, leftOut, token),
                cancellation);
            if (filed is not null)
            {
                foreach (var (candidate, uid) in missing.Zip(filed))
                {
                    uids[candidate.Index] = uid;
                }
                return uids;
            }
        }
    }

    static async Task<IReadOnlyList<Uid>?> FileAsync(
        WriteTransaction transaction, FolderKey folder, List<Candidate> missing, ICollection<string> leftOut,
        CancellationToken cancellation)
    {
        var (filings, target) = await Appends.InsertAndLockAsync(transaction, folder, [.. missing.Select(candidate => candidate.Item)], cancellation);
        if ((await FindAsync(transaction.Connection, folder, missing, cancellation)).Overlaps(missing.Select(candidate => candidate.Digest)))
        {
            return null;
        }
        var fitted = await ImportBudget.FitAsync(transaction, target, filings, leftOut, cancellation);
        var uids = await target.FileAsync(transaction, fitted, cancellation);
        await transaction.CommitAsync();
        return uids;
    }

    /// <summary>Finds the digests of those messages in the folder that could equal one of the candidates.</summary>
    static async Task<HashSet<string>> FindAsync(NpgsqlConnection connection, FolderKey folder, List<Candidate> candidates, CancellationToken cancellation)
    {
        var (inbox, number) = (folder.Inbox.Value, folder.Folder.Value);
        var found = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (candidates.FindAll(candidate => candidate.InternetMessageId is not null) is { Count: > 0 } named)
        {
            await using var command = connection.Command(
                ByIdSql, inbox, number, named.Select(candidate => candidate.InternetMessageId).ToArray(), Sizes(named));
            await AddAsync(command, found, cancellation);
        }
        if (candidates.FindAll(candidate => candidate.InternetMessageId is null) is { Count: > 0 } nameless)
        {
            await using var command = connection.Command(BySizeSql, inbox, number, Sizes(nameless));
            await AddAsync(command, found, cancellation);
        }
        return found;
    }

    static long[] Sizes(List<Candidate> candidates) => [.. candidates.Select(candidate => candidate.Item.Message.Octets)];

    static async Task AddAsync(NpgsqlCommand command, HashSet<string> found, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            found.Add(reader.GetString(0));
        }
    }

    sealed record Candidate(int Index, AppendItem Item, string Digest)
    {
        public string? InternetMessageId => Item.Message.Scan.InternetMessageId;
    }
}
