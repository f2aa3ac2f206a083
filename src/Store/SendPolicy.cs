using System.Globalization;
using Dapper;
using Npgsql;

namespace AgentPost.Store;

/// <summary>
/// The sending rules, asked for each recipient before the message comes, and for the message again when it is filed, under the lock of the inbox: so
/// that what many connections send at once does not pass the limits together.
/// </summary>
public sealed class SendPolicy
{
    static readonly PolicyLevel[] Levels = [PolicyLevel.Operator, PolicyLevel.Organization, PolicyLevel.Inbox];
    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>How far back anything is counted, and how long a message sent again is known.</summary>
    internal static readonly TimeSpan Day = TimeSpan.FromDays(1);

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

    /// <summary>Whether an inbox may write to a recipient now; null: it may.</summary>
    /// <param name="accepted">The recipients that this message has already.</param>
    public async Task<SendRefusal?> CheckAsync(InboxId inbox, string recipient, IReadOnlyCollection<string> accepted, CancellationToken cancellation)
    {
        var refusal = await FindRefusalAsync(inbox, recipient, accepted, cancellation);
        if (refusal is not null)
        {
            await _events.NoteRejectedAsync(inbox, [recipient], refusal, cancellation);
        }
        return refusal;
    }

    Task<SendRefusal?> FindRefusalAsync(InboxId inbox, string recipient, IReadOnlyCollection<string> accepted, CancellationToken cancellation) =>
        _database.ReadAsync(
            async (connection, token) =>
            {
                var now = _time.GetUtcNow();
                return await CheckSenderAsync(connection, inbox, now, token)
                    ?? (
                        await _local.IsUnknownAsync(connection, recipient, token)
                            ? SendRefusal.UnknownRecipient(recipient)
                            : null)
                    ?? await CheckRulesAsync(connection, inbox, recipient, token)
                    ?? await CheckSuppressedAsync(connection, inbox, recipient, token)
                    ?? await CheckFirstTimeAsync(connection, inbox, [.. accepted, recipient], now, token);
            },
            cancellation);

    /// <summary>Throws <see cref="SendRefusedException"/> when a message may not go; the inbox is locked, the message inserted.</summary>
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

    /// <summary>
    /// As the other, for the rates of the organization: the last step before the commit, because from here on the submissions of its inboxes come one after the other, on all
    /// hosts. An organization without such a limit has no lock.
    /// </summary>
    internal async Task EnsureOrganizationAsync(WriteTransaction transaction, InboxId inbox, CancellationToken cancellation)
    {
        if (_limits is { OrganizationMessagesPerMinute: long.MaxValue, OrganizationMessagesPerDay: long.MaxValue })
        {
            return;
        }
        // Not "for update": that would wait for everybody who makes an inbox or a key.
        const string LockSql = "select from organizations join inboxes i using (organization_id) where i.inbox_id = $1 for no key update of organizations";
        await using (var command = transaction.Connection.Command(LockSql, inbox.Value))
        {
            await command.ExecuteNonQueryAsync(cancellation);
        }
        if (await CheckSenderAsync(transaction.Connection, inbox, transaction.Now, cancellation) is { } refusal)
        {
            throw new SendRefusedException(refusal);
        }
    }

    async Task<SendRefusal?> CheckSenderAsync(NpgsqlConnection connection, InboxId inbox, DateTimeOffset now, CancellationToken cancellation)
    {
        // The message that must be older than the span for another one to have room: there is none while fewer were sent.
        const string Sql = """
            select coalesce(i.sending_paused, o.sending_paused), i.sending_paused_by_organization, i.sending_paused_by_inbox,
                (select s.submitted_at from submissions s where s.inbox_id = i.inbox_id and s.submitted_at > $2
                 order by s.submitted_at desc offset $4 limit 1),
                (select s.submitted_at from submissions s where s.inbox_id = i.inbox_id and s.submitted_at > $3
                 order by s.submitted_at desc offset $5 limit 1),
                (select s.submitted_at from submissions s where s.organization_id = i.organization_id and s.submitted_at > $2
                 order by s.submitted_at desc offset $6 limit 1),
                (select s.submitted_at from submissions s where s.organization_id = i.organization_id and s.submitted_at > $3
                 order by s.submitted_at desc offset $7 limit 1)
            from inboxes i join organizations o using (organization_id) where i.inbox_id = $1
            """;
        (long Limit, TimeSpan Span, string Name)[] rates =
        [
            (_limits.MessagesPerMinute, Minute, "messages a minute for an inbox"),
            (_limits.MessagesPerDay, Day, "messages a day for an inbox"),
            (_limits.OrganizationMessagesPerMinute, Minute, "messages a minute for the organization"),
            (_limits.OrganizationMessagesPerDay, Day, "messages a day for the organization"),
        ];
        await using var command = connection.Command(
            Sql, inbox.Value, now - Minute, now - Day, rates[0].Limit - 1, rates[1].Limit - 1, rates[2].Limit - 1, rates[3].Limit - 1);
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
            if (!reader.IsDBNull(i + Levels.Length))
            {
                return new(
                    $"the limit is {rates[i].Limit} {rates[i].Name}",
                    reader.GetDateTime(i + Levels.Length) + rates[i].Span - now);
            }
        }
        return null;
    }

    // One column for each level, the highest first.
    static SendPause? PauseOf(NpgsqlDataReader reader) =>
        Levels.Where(level => !reader.IsDBNull((int)level))
            .Select(level => new SendPause(level, reader.GetString((int)level))).FirstOrDefault();

    static async Task<SendRefusal?> CheckRulesAsync(NpgsqlConnection connection, InboxId inbox, string recipient, CancellationToken cancellation)
    {
        // Each level decides by its most specific rule; the operator's rules for every inbox are those of the server.
        var (id, level, pattern) = await connection.QueryFirstOrDefaultAsync<(Guid Id, string? Level, string Pattern)>(new(
            """
            select rule_id, level, pattern from (
                select distinct on (r.level) rule_id, r.level, action, pattern from sending_rules r, inboxes i
                where i.inbox_id = @Inbox and pattern = any(@patterns)
                    and (r.inbox_id = i.inbox_id or (r.inbox_id is null and (r.organization_id = i.organization_id or r.level = 'operator')))
                order by r.level, array_position(@patterns, pattern), r.inbox_id nulls last) deciding
            where action = 'block' order by array_position(@levels, level) limit 1
            """,
            new { Inbox = inbox.Value, patterns = RecipientPatterns.Of(recipient), levels = Levels.Select(PolicyLevels.ToWord).ToArray() },
            cancellationToken: cancellation));
        return level is null
            ? null
            : new($"the rule {new RuleId(id)} (block {pattern}) of the {level} forbids mail to {recipient}", null);
    }

    // Trying an address again that does not exist costs the sender's good name with the other server.
    static async Task<SendRefusal?> CheckSuppressedAsync(NpgsqlConnection connection, InboxId inbox, string recipient, CancellationToken cancellation)
    {
        var (reason, since) = await connection.QueryFirstOrDefaultAsync<(string? Reason, DateTime Since)>(new(
            """
            select reason, s.created_at from suppressions s join inboxes i using (organization_id)
            where i.inbox_id = @Inbox and s.address = @address
            """,
            new { Inbox = inbox.Value, address = recipient.ToLowerInvariant() },
            cancellationToken: cancellation));
        return reason is null ? null : new(
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
        var (before, added, oldest) = await connection.QuerySingleAsync<(long Before, long Added, DateTime? Oldest)>(new(
            """
            select count(*), (select count(*) from unnest(@addresses) a
                    where not exists (select from known_recipients k where k.inbox_id = @Inbox and k.address = a)), min(first_at)
            from known_recipients where inbox_id = @Inbox and first_at > @since
            """,
            new { Inbox = inbox.Value, addresses = AddressesOf(recipients), since = now - Day },
            cancellationToken: cancellation));
        return added > 0 && before + added > _limits.FirstTimeRecipientsPerDay
            ? new($"the limit is {_limits.FirstTimeRecipientsPerDay} first-time recipients a day", oldest is { } first ? first + Day - now : Day)
            : null;
    }

    // Two agents that answer each other must not go on for ever.
    async Task<SendRefusal?> CheckThreadAsync(
        NpgsqlConnection connection, Submission submission, MessageId message, DateTimeOffset now, CancellationToken cancellation)
    {
        if (submission.Message.Scan.References.Count == 0 || _limits.RepliesPerThreadPerHour == long.MaxValue)
        {
            return null;
        }
        await using var command = connection.Command(
            """
            select submitted_at from submissions where inbox_id = $1 and submitted_at > $3 and is_reply
                and thread_id = (select thread_id from messages where inbox_id = $1 and message_id = $2)
            order by submitted_at desc offset $4 limit 1
            """,
            submission.Sender.Id.Value, message.Value, now - Hour, _limits.RepliesPerThreadPerHour - 1);
        return await command.ExecuteScalarAsync(cancellation) is DateTime last
            ? new($"the limit is {_limits.RepliesPerThreadPerHour} replies an hour in one thread (loop guard)", last + Hour - now)
            : null;
    }

    internal static string[] AddressesOf(IEnumerable<string> recipients) => [.. recipients.Select(recipient => recipient.ToLowerInvariant()).Distinct()];
}
