using AgentPost.Store.Data;
using AgentPost.Store.Model;
using AgentPost.Store.Writing;
using Npgsql;

namespace AgentPost.Store.Mailbox;

/// <summary>Annotations of a folder or of the whole inbox: named values, with names in lower case.</summary>
public sealed class Annotations
{
    public const int MostOctets = 64 * 1024;

    /// <summary>Maximum number of annotations of one folder, or of the inbox as a whole.</summary>
    public const int MostAnnotations = 100;

    // $3 are names; $4 is for each name the depth, in levels, down to which names below it match too.
    const string FindSql = """
        select name, octet_length(value), case when octet_length(value) <= $5 then value end
        from annotations
        where inbox_id = $1 and folder_id = $2 and exists (
            select from unnest($3::text[]) as asked
            where name = asked
                or ($4 > 0 and starts_with(name, asked || '/')
                    and array_length(string_to_array(substr(name, length(asked) + 2), '/'), 1) <= $4))
        order by name
        """;

    const string SetSql = """
        insert into annotations (inbox_id, folder_id, name, value) values ($1, $2, $3, $4)
        on conflict (inbox_id, folder_id, name) do update set value = excluded.value
        """;

    readonly Database _database;
    readonly Writer _writer;

    internal Annotations(Database database, Writer writer)
    {
        _database = database;
        _writer = writer;
    }

    /// <summary>Finds the annotations with these names, and with names below them, ordered by name.</summary>
    /// <param name="folder">Null: the inbox as a whole.</param>
    /// <param name="levels">Depth of the names below; 0 for none.</param>
    /// <param name="most">Maximum size of a value in bytes. Larger values are returned as null.</param>
    public Task<IReadOnlyList<Annotation>> FindAsync(
        InboxId inbox, FolderId? folder, IReadOnlyList<string> names, int levels, int most, CancellationToken cancellation) =>
        _database.ReadAsync<IReadOnlyList<Annotation>>(
            async (connection, token) =>
            {
                await using var command = connection.Command(FindSql, inbox.Value, Number(folder), names.ToArray(), levels, most);
                await using var reader = await command.ExecuteReaderAsync(token);
                var found = new List<Annotation>();
                while (await reader.ReadAsync(token))
                {
                    found.Add(new(reader.GetString(0), reader.GetInt32(1), reader.IsDBNull(2) ? null : reader.GetFieldValue<byte[]>(2)));
                }
                return found;
            },
            cancellation);

    /// <summary>
    /// Reads a mark for each annotation of an inbox. The mark changes with the value, so a caller can find the changed
    /// annotations.
    /// </summary>
    public Task<IReadOnlyDictionary<AnnotationKey, string>> ReadMarksAsync(InboxId inbox, CancellationToken cancellation) =>
        _database.ReadAsync<IReadOnlyDictionary<AnnotationKey, string>>(
            async (connection, token) =>
            {
                await using var command = connection.Command("select folder_id, name, md5(value) from annotations where inbox_id = $1", inbox.Value);
                await using var reader = await command.ExecuteReaderAsync(token);
                var marks = new Dictionary<AnnotationKey, string>();
                while (await reader.ReadAsync(token))
                {
                    marks.Add(new(new(reader.GetInt32(0)), reader.GetString(1)), reader.GetString(2));
                }
                return marks;
            },
            cancellation);

    /// <summary>
    /// Sets values, all or none; a null value removes the annotation. Throws StoreRefusedException: FolderNotFound,
    /// AnnotationSize, AnnotationLimit.
    /// </summary>
    public Task SetAsync(
        InboxId inbox, FolderId? folder, IReadOnlyList<KeyValuePair<string, byte[]?>> values, CancellationToken cancellation)
    {
        if (values.Any(pair => pair.Value?.Length > MostOctets))
        {
            throw new StoreRefusedException(Refusal.AnnotationSize, $"An annotation has at most {MostOctets} octets.");
        }
        return _writer.RunAsync(
            inbox,
            async (transaction, token) =>
            {
                var locked = await transaction.LockInboxAsync(inbox, token);
                locked.MarkNamesChanged();
                if (folder is { } id)
                {
                    await transaction.OpenFolderAsync(locked, id, token);
                }
                await WriteAsync(transaction.Connection, inbox, folder, values, token);
                // An inbox that has too many annotations can still remove some.
                if (values.Any(pair => pair.Value is not null))
                {
                    await EnsureRoomAsync(transaction, inbox, folder, token);
                }
                await transaction.CommitAsync();
                return true;
            },
            cancellation);
    }

    /// <summary>Deletes the annotations of a folder with the commit.</summary>
    internal static void Delete(WriteTransaction transaction, FolderKey folder) => transaction.AtCommit(
        "delete from annotations where inbox_id = $1 and folder_id = $2", folder.Inbox.Value, folder.Folder.Value);

    /// <summary>
    /// Copies the annotations of a folder to another with the commit. Throws StoreRefusedException: AnnotationLimit.
    /// </summary>
    internal static async Task CopyAsync(
        WriteTransaction transaction, FolderKey folder, FolderId to, CancellationToken cancellation)
    {
        await EnsureRoomAsync(
            transaction, folder.Inbox,
            await CountAsync(transaction.Connection, folder.Inbox, folder.Folder, cancellation), cancellation);
        transaction.AtCommit(
            "insert into annotations (inbox_id, folder_id, name, value) select inbox_id, $3, name, value from annotations where inbox_id = $1 and folder_id = $2",
            folder.Inbox.Value, folder.Folder.Value, to.Value);
    }

    static async Task EnsureRoomAsync(
        WriteTransaction transaction, InboxId inbox, FolderId? folder, CancellationToken cancellation)
    {
        if (await CountAsync(transaction.Connection, inbox, folder, cancellation) > MostAnnotations)
        {
            throw new StoreRefusedException(
                Refusal.AnnotationLimit,
                $"A folder, or the inbox as a whole, has at most {MostAnnotations} annotations.");
        }
        await EnsureRoomAsync(transaction, inbox, 0, cancellation);
    }

    static async Task EnsureRoomAsync(
        WriteTransaction transaction, InboxId inbox, long added, CancellationToken cancellation)
    {
        await using var command = transaction.Connection.Command(
            "select count(*) from annotations where inbox_id = $1", inbox.Value);
        if (await command.ExecuteScalarAsync(cancellation) is long count
            && count + added > transaction.Limits.Annotations)
        {
            throw StoreRefusals.ListLimit(
                Refusal.AnnotationLimit, "annotations", transaction.Limits.Annotations, "Limits:Annotations");
        }
    }

    static async Task WriteAsync(
        NpgsqlConnection connection, InboxId inbox, FolderId? folder, IReadOnlyList<KeyValuePair<string, byte[]?>> values, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var (name, value) in values)
        {
            if (value is null)
            {
                batch.Add("delete from annotations where inbox_id = $1 and folder_id = $2 and name = $3", inbox.Value, Number(folder), name);
            }
            else
            {
                batch.Add(SetSql, inbox.Value, Number(folder), name, value);
            }
        }
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    static async Task<long> CountAsync(NpgsqlConnection connection, InboxId inbox, FolderId? folder, CancellationToken cancellation)
    {
        await using var command = connection.Command(
            "select count(*) from annotations where inbox_id = $1 and folder_id = $2", inbox.Value, Number(folder));
        return await command.ExecuteScalarAsync(cancellation) is long count ? count : 0;
    }

    static int Number(FolderId? folder) => folder?.Value ?? 0;
}

/// <param name="Octets">Size of the value in bytes.</param>
/// <param name="Value">Null if it is longer than requested.</param>
public sealed record Annotation(string Name, int Octets, byte[]? Value);

/// <summary>Identifies an annotation of a folder, or of the whole inbox with <see cref="FolderId.None"/>.</summary>
public readonly record struct AnnotationKey(FolderId Folder, string Name);
