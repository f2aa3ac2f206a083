using System.Globalization;
using AgentPost.Store.Access;
using AgentPost.Store.Addresses;
using AgentPost.Store.Data;
using AgentPost.Store.Events;
using AgentPost.Store.Model;
using AgentPost.Store.Writing;
using Npgsql;

namespace AgentPost.Store.Sending;

/// <summary>
/// Checks the sending rules and limits: for each recipient before the message is received, and for the whole message
/// when it is stored. The second check runs under the lock of the inbox, so that several connections together cannot
/// exceed the limits.
/// </summary>
public sealed class SendPolicy
{
    static readonly PolicyLevel[] Levels = [PolicyLevel.Operator, PolicyLevel.Organization, PolicyLevel.Inbox];
    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>The longest interval that is counted, and how long a repeated message is recognized.</summary>
    internal static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>
    /// SQL expression for the number of recipients to which the inbox <c>$1</c> has sent for the first time since
    /// <c>$2</c>.
    /// </summary>
    internal const string FirstTimeCountSql = """
        coalesce(1
            + (select k.ordinal from known_recipients k where uuid_send(k.inbox_id) = uuid_send($1) order by k.ordinal desc limit 1)
            - (select k.ordinal from known_recipients k where uuid_send(k.inbox_id) = uuid_send($1) and k.first_at > $2 order by k.first_at, k.ordinal limit 1), 0)
        """;

    readonly Database _database;
    readonly SendLimits _limits;
    readonly LocalRecipients _local;
    readonly EventLog _events;
    readonly TimeProvider _time;

    internal SendPolicy(Database database, SendLimits limits, LocalRecipients local, EventLog events, TimeProvider time)
    {
        _local = local;
        _events = events;
        _database = database;
        _limits = limits;
        _time = time;
    }

    /// <summary>Checks whether an inbox may send to a recipient now. Returns null if it may.</summary>
    /// <param name="accepted">Recipients of this message that were accepted before.</param>
    public async Task<SendRefusal?> CheckAsync(InboxId inbox, string recipient, IReadOnlyCollection<string> accepted, CancellationToken cancellation)
    {
        var refusal = await FindRefusalAsync(inbox, recipient, accepted, cancellation);
        if (refusal is not null)
        {
            await _events.NoteRejectedAsync(inbox, [recipient], refusal.Reason, cancellation);
        }
        return refusal;
    }

    Task<SendRefusal?> FindRefusalAsync(InboxId inbox, string recipient, IReadOnlyCollection<string> accepted, CancellationToken cancellation) =>
        _database.ReadAsync(
            async (connection, token) =>
            {
                var now = _time.GetUtcNow();
                return await CheckSenderAsync(connection, inbox, now, token)
                    ?? await CheckLocalAsync(connection, recipient, token)
                    ?? await CheckRulesAsync(connection, inbox, recipient, token)
                    ?? await CheckSuppressedAsync(connection, inbox, recipient, token)
                    ?? await CheckFirstTimeAsync(connection, inbox, [.. accepted, recipient], now, token);
            },
            cancellation);

    /// <summary>
    /// Throws <see cref="SendRefusedException"/> if the message must not be sent. The inbox is locked, and the message
    /// is inserted.
    /// </summary>
    internal async Task EnsureAsync(WriteTransaction transaction, Submission submission, MessageId message, CancellationToken cancellation)
    {
        var (connection, inbox) = (transaction.Connection, submission.Sender.Id);
        var refusal = await CheckSenderAsync(connection, inbox, transaction.Now, cancellation)
            ?? await CheckFirstTimeAsync(connection, inbox, submission.Recipients, transaction.Now, cancellation)
            ?? await CheckThreadAsync(connection, submission, message, transaction.Now, cancellation)
            ?? await AutomaticReplies.CheckAsync(connection, submission, cancellation);
        if (refusal is not null)
        {
            throw new SendRefusedException(refusal);
        }
    }

    /// <summary>True if the organization's submissions are limited, and therefore numbered.</summary>
    internal bool LimitsOrganization => _limits is not { OrganizationMessagesPerMinute: long.MaxValue, OrganizationMessagesPerDay: long.MaxValue };

    /// <summary>
    /// Same as <see cref="EnsureAsync"/>, for the limits of the organization. Call it last before the commit: from here
    /// on, submissions of the organization run one after the other, on all instances. Without such a limit, nothing is
    /// locked.
    /// </summary>
    internal async Task EnsureOrganizationAsync(WriteTransaction transaction, InboxId inbox, CancellationToken cancellation)
    {
        if (!LimitsOrganization)
        {
            return;
        }
        // Not "for update": that would wait for every transaction that creates an inbox or a key.
        const string LockSql = "select from organizations join inboxes i using (organization_id) where i.inbox_id = $1 for no key update of organizations";

        // Submissions accepted while no limit was configured, here or on another instance, have no ordinal yet.
        const string NumberSql = """
            update submissions s set organization_ordinal = base + rank
            from (
                select s.inbox_id, s.ordinal, row_number() over (order by s.submitted_at, s.inbox_id, s.ordinal) as rank, coalesce((
                    select n.organization_ordinal from submissions n where n.organization_id = i.organization_id and n.organization_ordinal is not null
                    order by n.organization_ordinal desc limit 1), 0) as base
                from inboxes i join submissions s on s.organization_id = i.organization_id and s.organization_ordinal is null
                where i.inbox_id = $1) numbered
            where s.inbox_id = numbered.inbox_id and s.ordinal = numbered.ordinal
            """;
        await using (var batch = new NpgsqlBatch(transaction.Connection))
        {
            batch.Add(LockSql, inbox.Value).Add(NumberSql, inbox.Value);
            await batch.ExecuteNonQueryAsync(cancellation);
        }
        if (await CheckSenderAsync(transaction.Connection, inbox, transaction.Now, cancellation) is { } refusal)
        {
            throw new SendRefusedException(refusal);
        }
    }

    async Task<SendRefusal?> CheckLocalAsync(
        NpgsqlConnection connection, string recipient, CancellationToken cancellation) =>
        await _local.IsUnknownAsync(connection, recipient, cancellation) ? SendRefusal.UnknownRecipient(recipient) : null;

    async Task<SendRefusal?> CheckSenderAsync(NpgsqlConnection connection, InboxId inbox, DateTimeOffset now, CancellationToken cancellation)
    {
        // The n-th newest submission has the newest ordinal minus n - 1. While it is inside the interval, the limit of
        // n is used up. Without a limit, the distance is null and nothing is read. Ordinals of an organization have
        // gaps where an inbox was deleted: the next older submission replaces a missing one.
        const string Sql = """
            select coalesce(i.sending_paused, o.sending_paused), i.sending_paused_by_organization, i.sending_paused_by_inbox,
                minute.submitted_at, day.submitted_at,
                (select s.submitted_at from submissions s
                 where s.organization_id = i.organization_id and s.organization_ordinal <= last.organization_ordinal - $6::bigint
                 order by s.organization_ordinal desc limit 1),
                (select s.submitted_at from submissions s
                 where s.organization_id = i.organization_id and s.organization_ordinal <= last.organization_ordinal - $7::bigint
                 order by s.organization_ordinal desc limit 1)
            from inboxes i join organizations o using (organization_id)
            left join lateral (
                select s.ordinal from submissions s where s.inbox_id = i.inbox_id order by s.ordinal desc limit 1) newest on true
            left join lateral (
                select s.organization_ordinal from submissions s where s.organization_id = i.organization_id and s.organization_ordinal is not null
                order by s.organization_ordinal desc limit 1) last on $6::bigint is not null or $7::bigint is not null
            left join lateral (
                select * from submissions s where s.inbox_id = i.inbox_id and s.ordinal = newest.ordinal - $4::bigint offset 0) minute on minute.submitted_at > $2
            left join lateral (
                select * from submissions s where s.inbox_id = i.inbox_id and s.ordinal = newest.ordinal - $5::bigint offset 0) day on day.submitted_at > $3
            where i.inbox_id = $1
            """;
        (long Limit, TimeSpan Span, string Name)[] rates =
        [
            (_limits.MessagesPerMinute, Minute, "messages a minute for an inbox"),
            (_limits.MessagesPerDay, Day, "messages a day for an inbox"),
            (_limits.OrganizationMessagesPerMinute, Minute, "messages a minute for the organization"),
            (_limits.OrganizationMessagesPerDay, Day, "messages a day for the organization"),
        ];
        await using var command = connection.Command(
            Sql,
            inbox.Value,
            now - Minute,
            now - Day,
            DistanceOf(rates[0].Limit),
            DistanceOf(rates[1].Limit),
            DistanceOf(rates[2].Limit),
            DistanceOf(rates[3].Limit));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
        {
            return null;
        }
        if (PauseOf(reader) is { } pause)
        {
            return new($"sending is paused by the {pause.Level.ToWord()}: {pause.Reason}", null);
        }
        for (var i = 0; i < rates.Length; i++)
        {
            var (limit, span, name) = rates[i];
            if (!reader.IsDBNull(i + Levels.Length) && reader.GetDateTime(i + Levels.Length) + span - now is var wait && wait > TimeSpan.Zero)
            {
                return new($"the limit is {limit} {name}", wait);
            }
        }
        return null;
    }

    // One column for each level, the highest level first.
    static SendPause? PauseOf(NpgsqlDataReader reader) =>
        Levels.Where(level => !reader.IsDBNull((int)level))
            .Select(level => new SendPause(level, reader.GetString((int)level))).FirstOrDefault();

    // The distance from the newest submission to the one that must be older than the interval; null: no limit.
    static long? DistanceOf(long limit) => limit == long.MaxValue ? null : limit - 1;

    static async Task<SendRefusal?> CheckRulesAsync(
        NpgsqlConnection connection, InboxId inbox, string recipient, CancellationToken cancellation)
    {
        // The most specific rule of each level decides. The operator's rules without an inbox apply to every inbox.
        await using var command = connection.Command(
            """
            select rule_id, level, pattern from (
                select distinct on (r.level) rule_id, r.level, action, pattern from sending_rules r, inboxes i
                where i.inbox_id = $1 and pattern = any($2)
                    and (r.inbox_id = i.inbox_id
                        or (r.inbox_id is null and (r.organization_id = i.organization_id or r.level = 'operator')))
                order by r.level, array_position($2, pattern), r.inbox_id nulls last) deciding
            where action = 'block' order by array_position($3, level) limit 1
            """,
            inbox.Value, RecipientPatterns.Of(recipient), Levels.Select(PolicyLevels.ToWord).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
        {
            return null;
        }
        var (rule, level, pattern) = (new RuleId(reader.GetGuid(0)), reader.GetString(1), reader.GetString(2));
        return new($"the rule {rule} (block {pattern}) of the {level} forbids mail to {recipient}", null);
    }

    // Repeated mail to an address that does not exist damages the sender's reputation.
    static async Task<SendRefusal?> CheckSuppressedAsync(NpgsqlConnection connection, InboxId inbox, string recipient, CancellationToken cancellation)
    {
        await using var command = connection.Command(
            """
            select reason, s.created_at from suppressions s join inboxes i using (organization_id) where i.inbox_id = $1 and s.address = any($2) limit 1
            """,
            inbox.Value, AddressSpellings.Of(recipient));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
        {
            return null;
        }
        var (reason, since) = (reader.GetString(0), reader.GetDateTime(1));
        return new(
            string.Create(CultureInfo.InvariantCulture, $"mail to {recipient} failed for good on {since:yyyy-MM-dd} ({reason}); 'agentpost suppression remove' takes the address off the list"),
            null);
    }

    async Task<SendRefusal?> CheckFirstTimeAsync(
        NpgsqlConnection connection, InboxId inbox, IReadOnlyCollection<string> recipients, DateTimeOffset now, CancellationToken cancellation)
    {
        if (_limits.FirstTimeRecipientsPerDay == long.MaxValue)
        {
            return null;
        }
        await using var command = connection.Command(
            $"""
            select count(*), {FirstTimeCountSql}, (
                select k.first_at from known_recipients k where uuid_send(k.inbox_id) = uuid_send($1) and k.first_at > $2 order by k.first_at limit 1)
            from unnest($3::text[]) a where (select true from known_recipients k where k.inbox_id = $1 and k.address = a limit 1) is null
            """,
            inbox.Value, now - Day, AddressesOf(recipients));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var (added, before) = (reader.GetInt64(0), reader.GetInt64(1));
        return added > 0 && before + added > _limits.FirstTimeRecipientsPerDay
            ? new($"the limit is {_limits.FirstTimeRecipientsPerDay} first-time recipients a day", reader.IsDBNull(2) ? Day : reader.GetDateTime(2) + Day - now)
            : null;
    }

    // Two agents that reply to each other must not continue forever.
    async Task<SendRefusal?> CheckThreadAsync(
        NpgsqlConnection connection, Submission submission, MessageId message, DateTimeOffset now, CancellationToken cancellation)
    {
        if (submission.Message.Scan.References.Count == 0 || _limits.RepliesPerThreadPerHour == long.MaxValue)
        {
            return null;
        }
        await using var command = connection.Command(
            """
            select s.submitted_at
            from messages m
            cross join lateral (
                select r.reply_ordinal from submissions r where r.thread_id = m.thread_id and r.reply_ordinal is not null
                order by r.reply_ordinal desc limit 1) newest
            cross join lateral (
                select r.submitted_at from submissions r where r.thread_id = m.thread_id and r.reply_ordinal = newest.reply_ordinal - $4::bigint offset 0) s
            where m.inbox_id = $1 and m.message_id = $2 and s.submitted_at > $3
            """,
            submission.Sender.Id.Value, message.Value, now - Hour, DistanceOf(_limits.RepliesPerThreadPerHour));
        return await command.ExecuteScalarAsync(cancellation) is DateTime last
            ? new($"the limit is {_limits.RepliesPerThreadPerHour} replies an hour in one thread (loop guard)", last + Hour - now)
            : null;
    }

    internal static string[] AddressesOf(IEnumerable<string> recipients) => [.. recipients.Select(AddressSpellings.Canonical).Distinct()];
}
