using AgentPost.Store.Data;
using AgentPost.Store.Live;
using AgentPost.Store.Model;
using Npgsql;

namespace AgentPost.Store.Writing;

/// <summary>
/// The only way to change mail. The order of steps gives gapless mod-sequences without deadlocks: first all heavy work
/// (messages), then <see cref="LockInboxAsync"/> (several inboxes by ascending id), then folders and entries, then
/// <see cref="CommitAsync"/>. If it is disposed without a commit, nothing changes. Created by <see cref="Writer"/>.
/// </summary>
sealed class WriteTransaction : IAsyncDisposable
{
    const string LockSql = $"""
        update inboxes set modseq = modseq + 1 where inbox_id = $1
        returning modseq, next_folder_id, next_keyword_id, last_uid_validity, message_count, message_octets, organization_id,
            (select events_until > $2 from organizations o where o.organization_id = inboxes.organization_id) is true,
            {TransactionIdentity.Columns}
        """;

    const string FolderByIdSql = """
        select folder_id, name, uid_validity, uid_next, modseq from folders where inbox_id = $1 and folder_id = $2
        """;

    const string FolderByNameSql = """
        select folder_id, name, uid_validity, uid_next, modseq from folders where inbox_id = $1 and name = $2
        """;

    readonly Database _database;
    readonly NpgsqlTransaction _transaction;
    readonly KeywordCatalog _catalog;
    readonly InboxCapacity _capacity;
    readonly List<InboxLock> _locks = [];
    readonly Dictionary<FolderKey, FolderWrite> _folders = [];
    readonly NpgsqlBatch _atCommit;
    TransactionIdentity? _identity;

    WriteTransaction(
        Database database, NpgsqlTransaction transaction, NpgsqlConnection connection, KeywordCatalog catalog,
        InboxCapacity capacity, ListLimits limits, DateTimeOffset now)
    {
        _database = database;
        Limits = limits;
        _transaction = transaction;
        _catalog = catalog;
        _capacity = capacity;
        _atCommit = new(connection);
        Connection = connection;
        Now = now;
    }

    public NpgsqlConnection Connection { get; }

    public ListLimits Limits { get; }

    /// <summary>The timestamp of everything the transaction writes.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>The events that the transaction records.</summary>
    public EventNotes Notes { get; } = new();

    public bool IsCommitted { get; private set; }

    public static async Task<WriteTransaction> BeginAsync(
        Database database, NpgsqlConnection connection, KeywordCatalog catalog, InboxCapacity capacity,
        ListLimits limits, DateTimeOffset now, CancellationToken cancellation) =>
        new(database, await connection.BeginTransactionAsync(cancellation), connection, catalog, capacity, limits, now);

    /// <summary>
    /// Locks an inbox, assigns its next mod-sequence, and loads keywords that others have created. Throws
    /// StoreRefusedException: InboxNotFound.
    /// </summary>
    public async Task<InboxLock> LockInboxAsync(InboxId inbox, CancellationToken cancellation)
    {
        var keywords = _catalog.Of(inbox);
        await using var batch = new NpgsqlBatch(Connection);
        AddLock(batch, inbox, keywords);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        return await ReadLockAsync(reader, inbox, keywords, cancellation);
    }

    /// <summary>
    /// Locks several inboxes, in the order that every writer uses. Throws StoreRefusedException: InboxNotFound.
    /// </summary>
    public async Task<Dictionary<InboxId, InboxLock>> LockInboxesAsync(IEnumerable<InboxId> inboxes, CancellationToken cancellation)
    {
        var locks = new Dictionary<InboxId, InboxLock>();
        foreach (var id in inboxes.Distinct().OrderBy(id => id.Value))
        {
            locks.Add(id, await LockInboxAsync(id, cancellation));
        }
        return locks;
    }

    /// <summary>
    /// Same as <see cref="LockInboxAsync"/>, but also opens one folder in the same round trip. Throws
    /// StoreRefusedException: InboxNotFound, FolderNotFound.
    /// </summary>
    public async Task<FolderWrite> LockFolderAsync(FolderKey key, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(Connection);
        return await LockFolderAsync(key, batch, cancellation);
    }

    /// <summary>
    /// Same as the overload without a batch, but first runs the batch's statements, which return no rows. Everything
    /// takes one round trip.
    /// </summary>
    public async Task<FolderWrite> LockFolderAsync(FolderKey key, NpgsqlBatch batch, CancellationToken cancellation)
    {
        var keywords = _catalog.Of(key.Inbox);
        AddLock(batch, key.Inbox, keywords);
        batch.Add(FolderByIdSql, key.Inbox.Value, key.Folder.Value);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var inbox = await ReadLockAsync(reader, key.Inbox, keywords, cancellation);
        await reader.NextResultAsync(cancellation);
        return await ReadFolderAsync(reader, inbox, cancellation) ?? throw StoreRefusals.FolderNotFound();
    }

    /// <summary>Opens a folder of a locked inbox. Throws StoreRefusedException: FolderNotFound.</summary>
    public async Task<FolderWrite> OpenFolderAsync(InboxLock inbox, FolderId folder, CancellationToken cancellation) =>
        _folders.GetValueOrDefault(new(inbox.Inbox, folder))
        ?? await ReadFolderAsync(inbox, FolderByIdSql, folder.Value, cancellation)
        ?? throw StoreRefusals.FolderNotFound();

    /// <summary>Opens a folder of a locked inbox by name. Returns null if there is none.</summary>
    public async Task<FolderWrite?> FindFolderAsync(InboxLock inbox, FolderName name, CancellationToken cancellation) =>
        _folders.Values.FirstOrDefault(folder => folder.Key.Inbox == inbox.Inbox && folder.Name == name)
        ?? await ReadFolderAsync(inbox, FolderByNameSql, name.Value, cancellation);

    /// <summary>Opens one of the four folders that every inbox has.</summary>
    public async Task<FolderWrite> OpenFixedFolderAsync(InboxLock inbox, FolderName name, CancellationToken cancellation) =>
        await FindFolderAsync(inbox, name, cancellation)
        ?? throw new InvalidOperationException($"Inbox {inbox.Inbox} has no {name}.");

    /// <summary>Adds a folder that this transaction creates.</summary>
    public FolderWrite AddCreated(InboxLock inbox, Folder created)
    {
        var folder = new FolderWrite(inbox, created.Id, created.Name, created.UidValidity, new(1), inbox.ModSeq);
        _folders.Add(folder.Key, folder);
        return folder;
    }

    /// <summary>
    /// Checks that a folder, with the changes of this transaction and the keywords that it is about to add, does not
    /// use too many of the owner's keywords. The server's own keywords never count. Tags do not count either: senders
    /// choose them, and they must not stop the owner from appending or copying. Throws StoreRefusedException:
    /// KeywordLimit.
    /// </summary>
    public async Task CheckKeywordLimitAsync(FolderWrite folder, IReadOnlyCollection<int> added, CancellationToken cancellation)
    {
        if (folder.Inbox.CountOf(KeywordKind.Owner) > InboxLock.MostKeywords
            && await CountKeywordsAsync(folder, added, cancellation) > InboxLock.MostKeywords)
        {
            throw StoreRefusals.KeywordLimit();
        }
    }

    /// <summary>Finds the keywords in use in a folder before this transaction. Reads all its entries.</summary>
    public async Task<KeywordSet> FindKeywordsAsync(FolderWrite folder, CancellationToken cancellation)
    {
        await using var command = Connection.Command(
            "select distinct unnest(keyword_ids) from entries where inbox_id = $1 and folder_id = $2 and uid between $3 and $4",
            folder.Key.Inbox.Value, folder.Key.Folder.Value, UidFilter.First, UidFilter.Last);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var names = new List<string>();
        while (await reader.ReadAsync(cancellation))
        {
            names.AddRange(folder.Inbox.Keywords.SetOf([reader.GetInt32(0)]).Names);
        }
        return KeywordSet.Of(names);
    }

    /// <summary>Checks that Drafts does not get too many messages. Throws StoreRefusedException: DraftLimit.</summary>
    /// <param name="added">Number of messages that get their entries with the commit.</param>
    public async Task CheckDraftLimitAsync(FolderWrite folder, int added, CancellationToken cancellation)
    {
        // A folder never has more messages than it has assigned UIDs.
        if (folder.Name != FolderName.Drafts || folder.UidNext.Value - 1 + added <= Limits.Drafts)
        {
            return;
        }
        await using var command = Connection.Command(
            "select count(*) from entries where inbox_id = $1 and folder_id = $2 and uid between $3 and $4",
            folder.Key.Inbox.Value, folder.Key.Folder.Value, UidFilter.First, UidFilter.Last);
        if (await command.ExecuteScalarAsync(cancellation) is long count && count + added > Limits.Drafts)
        {
            throw StoreRefusals.ListLimit(Refusal.DraftLimit, "drafts", Limits.Drafts, "Limits:Drafts");
        }
    }

    /// <summary>
    /// Adds messages that are about to get their first entries to the usage. Throws StoreRefusedException: OverQuota.
    /// </summary>
    public void TakeRoom(InboxLock inbox, InboxUsage added)
    {
        if (!_capacity.HasRoom(inbox.Counters.Usage, added))
        {
            throw StoreRefusals.OverQuota(_capacity);
        }
        inbox.CountUsage(added);
    }

    async Task<long> CountKeywordsAsync(FolderWrite folder, IReadOnlyCollection<int> added, CancellationToken cancellation)
    {
        await using var command = Connection.Command(
            """
            select count(distinct keyword) from (
                select unnest(keyword_ids) as keyword from entries where inbox_id = $1 and folder_id = $2 and uid between $5 and $6
                union all select unnest($3::int[])) used
            where keyword = any($4)
            """,
            folder.Key.Inbox.Value, folder.Key.Folder.Value, added.ToArray(),
            folder.Inbox.NumbersOf(KeywordKind.Owner), UidFilter.First, UidFilter.Last);
        return await command.ExecuteScalarAsync(cancellation) is long count ? count : 0;
    }

    /// <summary>Adds a statement that is sent with the commit, before the change log is written.</summary>
    public void AtCommit(string sql, params ReadOnlySpan<object?> values) => _atCommit.Add(sql, values);

    /// <summary>
    /// Writes folders, counters, keywords and the change log, and commits. The client's cancellation no longer applies:
    /// stopping here would leave the client in doubt about the result.
    /// </summary>
    public async Task CommitAsync()
    {
        foreach (var inbox in _locks)
        {
            AddCounters(inbox);
        }
        foreach (var folder in _folders.Values.Where(folder => folder.IsTouched && !folder.IsGone))
        {
            AddChange(folder);
        }

        Notes.AddTo(this);

        // Commit in the same batch: this saves a round trip for every change while the lock is held. After a failed
        // statement, the rest of the batch is skipped.
        AtCommit("commit");
        await _database.CommitAsync(_identity, () => _atCommit.ExecuteNonQueryAsync(CancellationToken.None));
        IsCommitted = true;
        foreach (var inbox in _locks)
        {
            foreach (var (name, id) in inbox.NewKeywords)
            {
                inbox.Keywords.Learn(id, name);
            }
        }
    }

    /// <summary>Returns the committed changes, by folder.</summary>
    public IReadOnlyList<CommittedChange> Committed() =>
    [
        .. _folders.Values.Where(folder => folder.IsTouched || folder.IsGone).Select(folder => folder.ToCommitted()),
    ];

    /// <summary>Returns the locked inboxes in which folders (not their messages) or annotations have changed.</summary>
    public IReadOnlyList<InboxId> InboxesWithOtherNames() => [.. _locks.Where(inbox => inbox.AreNamesChanged).Select(inbox => inbox.Inbox)];

    public async ValueTask DisposeAsync()
    {
        await _atCommit.DisposeAsync();
        await _transaction.DisposeAsync();
    }

    void AddLock(NpgsqlBatch batch, InboxId inbox, InboxKeywords keywords) =>
        batch.Add(LockSql, inbox.Value, Now).Add(KeywordCatalog.NewerSql, inbox.Value, keywords.Highest);

    async Task<InboxLock> ReadLockAsync(NpgsqlDataReader reader, InboxId inbox, InboxKeywords keywords, CancellationToken cancellation)
    {
        if (!await reader.ReadAsync(cancellation))
        {
            throw StoreRefusals.InboxNotFound();
        }
        var taken = new InboxLock(inbox, keywords, new(reader.GetInt64(0)), ReadCounters(reader))
        {
            Organization = new(reader.GetGuid(6)),
            IsFollowed = reader.GetBoolean(7),
        };
        _identity = TransactionIdentity.Read(reader, 8);
        await reader.NextResultAsync(cancellation);
        await KeywordCatalog.LearnAsync(keywords, reader, cancellation);
        _locks.Add(taken);
        return taken;
    }

    static InboxCounters ReadCounters(NpgsqlDataReader reader) => new(
        reader.GetInt32(1), reader.GetInt32(2), (uint)reader.GetInt64(3), new(reader.GetInt64(4), reader.GetInt64(5)));

    async Task<FolderWrite?> ReadFolderAsync(InboxLock inbox, string sql, object folder, CancellationToken cancellation)
    {
        await using var command = Connection.Command(sql, inbox.Inbox.Value, folder);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await ReadFolderAsync(reader, inbox, cancellation);
    }

    async Task<FolderWrite?> ReadFolderAsync(NpgsqlDataReader reader, InboxLock inbox, CancellationToken cancellation)
    {
        if (!await reader.ReadAsync(cancellation))
        {
            return null;
        }
        var read = new FolderWrite(
            inbox,
            new(reader.GetInt32(0)),
            FolderRow.NameOf(reader.GetString(1)),
            new((uint)reader.GetInt64(2)),
            new((uint)reader.GetInt64(3)),
            new(reader.GetInt64(4)));
        _folders.Add(read.Key, read);
        return read;
    }

    void AddCounters(InboxLock inbox)
    {
        if (!inbox.IsCounterChanged)
        {
            return;
        }
        AtCommit(
            """
            update inboxes set next_folder_id = $2, next_keyword_id = $3, last_uid_validity = $4, message_count = $5, message_octets = $6
            where inbox_id = $1
            """,
            inbox.Inbox.Value,
            inbox.Counters.NextFolderId,
            inbox.Counters.NextKeywordId,
            (long)inbox.Counters.LastUidValidity,
            inbox.Counters.Usage.Messages,
            inbox.Counters.Usage.Octets);
        foreach (var (name, id) in inbox.NewKeywords)
        {
            AtCommit("insert into keywords (inbox_id, keyword_id, name) values ($1, $2, $3)", inbox.Inbox.Value, id, name);
        }
    }

    void AddChange(FolderWrite folder)
    {
        AtCommit(
            "update folders set uid_next = $3, modseq = $4 where inbox_id = $1 and folder_id = $2",
            folder.Key.Inbox.Value, folder.Key.Folder.Value, (long)folder.UidNext.Value, folder.ModSeq.Value);
        AtCommit(
            "insert into changes (inbox_id, folder_id, modseq, changed, expunged) values ($1, $2, $3, $4, $5)",
            folder.Key.Inbox.Value, folder.Key.Folder.Value, folder.ModSeq.Value, Text(folder.Changed), Text(folder.Expunged));
    }

    static string? Text(IReadOnlyList<WrittenEntry> changed) => changed.Count == 0 ? null : UidSetText.Format([.. changed.Select(entry => entry.Uid)]);

    static string? Text(IReadOnlyList<Uid> uids) => uids.Count == 0 ? null : UidSetText.Format(uids);
}
