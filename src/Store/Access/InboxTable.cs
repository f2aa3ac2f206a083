using AgentPost.Store.Addresses;
using AgentPost.Store.Model;
using Dapper;
using Npgsql;

namespace AgentPost.Store.Access;

/// <summary>SQL for organizations and inboxes. The caller manages the transaction of statements that write.</summary>
static class InboxTable
{
    /// <summary>Columns that <see cref="InboxRow"/> holds, of the table <c>i</c>.</summary>
    public const string Columns = """
        i.inbox_id as InboxId, i.organization_id as OrganizationId, i.address as Address, i.name as Name, i.created_at as CreatedAt,
        i.client_id as ClientId, i.sending_paused_by_organization as PausedByOrganization, i.sending_paused_by_inbox as PausedByInbox,
        coalesce(i.sending_paused, (select o.sending_paused from organizations o where o.organization_id = i.organization_id)) as PausedByOperator
        """;

    /// <summary>
    /// The address of the inbox that @Spellings (<see cref="AddressSpellings"/>) refers to. Two inboxes that were
    /// created before their addresses counted as spellings of one address keep their own.
    /// </summary>
    public const string AddressSql =
        "(select address from inboxes where address = any(@Spellings) order by array_position(@Spellings, address) limit 1)";

    // An inbox can have a million messages.
    static readonly TimeSpan DeletionLimit = TimeSpan.FromMinutes(30);

    /// <summary>
    /// Finds organization <c>default</c>, which is created if it does not exist. Currently everything belongs to it.
    /// </summary>
    public static async Task<Guid> EnsureOrganizationAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        while (true)
        {
            // Never lock the row: every writer of mail, and every transaction that locks an inbox, holds a key share
            // lock on it. The query returns nothing if another transaction has just inserted the row.
            if (await connection.ExecuteScalarAsync<Guid?>(new(
                """
                with present as (select organization_id from organizations where name = 'default'),
                made as (
                    insert into organizations (organization_id, name)
                    select @New, 'default' where not exists (select from present)
                    on conflict (name) do nothing
                    returning organization_id)
                select organization_id from present union all select organization_id from made
                """,
                new { New = OrganizationId.New().Value },
                cancellationToken: cancellation)) is { } organization)
            {
                return organization;
            }
        }
    }

    public static async Task<IReadOnlyList<Inbox>> ListAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var rows = await connection.QueryAsync<InboxRow>(new($"select {Columns} from inboxes i order by address", cancellationToken: cancellation));
        return [.. rows.Select(row => row.ToInbox())];
    }

    public static async Task<Inbox?> FindAsync(NpgsqlConnection connection, InboxAddress address, CancellationToken cancellation)
    {
        var row = await connection.QuerySingleOrDefaultAsync<InboxRow>(new(
            $"select {Columns} from inboxes i where address = {AddressSql}", new { address.Spellings }, cancellationToken: cancellation));
        return row?.ToInbox();
    }

    /// <summary>Inserts an inbox. Returns null if the address is taken.</summary>
    public static async Task<Inbox?> InsertAsync(
        NpgsqlConnection connection, Guid organization, InboxAddress address, NewInbox wanted, CancellationToken cancellation)
    {
        if (address.Spellings.Length > 1)
        {
            // The unique index on the address does not detect other spellings.
            await connection.ExecuteAsync(new(
                "select pg_advisory_xact_lock(hashtextextended(@Canonical, 0))",
                new { Canonical = AddressSpellings.Canonical(address.Value) },
                cancellationToken: cancellation));
            if (await FindAsync(connection, address, cancellation) is not null)
            {
                return null;
            }
        }
        var row = await connection.QuerySingleOrDefaultAsync<InboxRow>(new(
            $"""
            insert into inboxes as i (inbox_id, organization_id, address, name, client_id) values (@Inbox, @Organization, @Address, @Name, @ClientId)
            on conflict (address) do nothing
            returning {Columns}
            """,
            new { Inbox = InboxId.New().Value, Organization = organization, Address = address.Value, wanted.Name, wanted.ClientId },
            cancellationToken: cancellation));
        return row?.ToInbox();
    }

    /// <summary>
    /// Inserts INBOX, Sent, Drafts and Trash, and subscribes them. UIDVALIDITY starts with the current Unix time, so
    /// that it increases even if an earlier inbox had the same address (RFC 9051 §2.3.1.1).
    /// </summary>
    public static Task InsertFoldersAsync(NpgsqlConnection connection, InboxId inbox, DateTimeOffset now, CancellationToken cancellation) =>
        connection.ExecuteAsync(new(
            """
            with made as (
                insert into folders (inbox_id, folder_id, name, special_use, uid_validity)
                select @Inbox, number, name, special_use, @UidValidity
                from (values (1, 'INBOX', null), (2, 'Sent', '\Sent'), (3, 'Drafts', '\Drafts'), (4, 'Trash', '\Trash')) as fixed (number, name, special_use)
                returning name),
            subscribed as (insert into subscriptions (inbox_id, name) select @Inbox, name from made)
            update inboxes set next_folder_id = 5, last_uid_validity = @UidValidity where inbox_id = @Inbox
            """,
            new { Inbox = inbox.Value, UidValidity = now.ToUnixTimeSeconds() },
            cancellationToken: cancellation));

    /// <summary>
    /// Acquires the lock that every writer of the inbox acquires. Returns null if the inbox does not exist.
    /// </summary>
    public static async Task<InboxId?> LockAsync(NpgsqlConnection connection, InboxAddress address, CancellationToken cancellation) =>
        await connection.ExecuteScalarAsync<Guid?>(new(
            $"select inbox_id from inboxes where address = {AddressSql} for update", new { address.Spellings }, cancellationToken: cancellation))
        is { } inbox ? new(inbox) : null;

    public static async Task<FolderKey[]> ListFoldersAsync(NpgsqlConnection connection, InboxId inbox, CancellationToken cancellation)
    {
        var numbers = await connection.QueryAsync<int>(new(
            "select folder_id from folders where inbox_id = @Inbox", new { Inbox = inbox.Value }, cancellationToken: cancellation));
        return [.. numbers.Select(number => new FolderKey(inbox, new(number)))];
    }

    public static async Task<InboxContents> CountContentsAsync(
        NpgsqlConnection connection, InboxId inbox, CancellationToken cancellation)
    {
        var (messages, size, queued) = await connection.QuerySingleAsync<(long, long, long)>(new(
            """
            select message_count, message_octets, (select count(*) from queue where inbox_id = @Inbox)
            from inboxes where inbox_id = @Inbox
            """,
            new { Inbox = inbox.Value },
            cancellationToken: cancellation));
        return new(messages, size, queued);
    }

    /// <summary>
    /// Deletes the inbox and all its mail. Tables that are not listed are emptied by cascading foreign keys.
    /// </summary>
    public static Task DeleteAsync(NpgsqlConnection connection, InboxId inbox, CancellationToken cancellation) =>
        connection.ExecuteAsync(new(
            """
            delete from event_notes where inbox_id = @Inbox;
            delete from events where inbox_id = @Inbox;
            delete from queue where inbox_id = @Inbox;
            delete from tombstones where inbox_id = @Inbox;
            delete from changes where inbox_id = @Inbox;
            delete from entries where inbox_id = @Inbox;
            delete from message_texts where inbox_id = @Inbox;
            delete from message_chunks where inbox_id = @Inbox;
            delete from messages where inbox_id = @Inbox;
            delete from inboxes where inbox_id = @Inbox
            """,
            new { Inbox = inbox.Value },
            commandTimeout: (int)DeletionLimit.TotalSeconds,
            cancellationToken: cancellation));
}

/// <summary>A row of inboxes, filled by Dapper.</summary>
sealed class InboxRow
{
    public Guid InboxId { get; init; }
    public Guid OrganizationId { get; init; }
    public string Address { get; init; } = "";
    public string? Name { get; init; }
    public DateTime CreatedAt { get; init; }
    public string? ClientId { get; init; }
    public string? PausedByOperator { get; init; }
    public string? PausedByOrganization { get; init; }
    public string? PausedByInbox { get; init; }

    public Inbox ToInbox() => new(new(InboxId), new(OrganizationId), InboxAddress.FromStore(Address), Name, CreatedAt)
    {
        ClientId = ClientId,
        SendingPaused = PauseOf(),
    };

    SendPause? PauseOf() => (PausedByOperator, PausedByOrganization, PausedByInbox) switch
    {
        ({ } reason, _, _) => new(PolicyLevel.Operator, reason),
        (_, { } reason, _) => new(PolicyLevel.Organization, reason),
        (_, _, { } reason) => new(PolicyLevel.Inbox, reason),
        _ => null,
    };
}
