using AgentPost.Store.Access;
using AgentPost.Store.Addresses;
using AgentPost.Store.Data;
using AgentPost.Store.Hints;
using AgentPost.Store.Model;
using Dapper;
using Npgsql;

namespace AgentPost.Store.Sending;

/// <summary>
/// Manages the sending rules and pauses of operator, organization and inbox: which recipients inboxes may send to, and
/// whether they may send at all.
/// </summary>
public sealed class SendingRules
{
    const int MaxReasonLength = 200;

    readonly Database _database;
    readonly ChangeNotifier _notifier;
    readonly ListLimits _limits;

    internal SendingRules(Database database, ChangeNotifier notifier, ListLimits limits)
    {
        _database = database;
        _notifier = notifier;
        _limits = limits;
    }

    /// <summary>
    /// Adds a rule, or changes the action of the rule that the level already has for this pattern and inbox. Throws
    /// StoreRefusedException: PatternInvalid, LevelInvalid, InboxNotFound, RuleLimit.
    /// </summary>
    public Task<RuleId> AddAsync(NewRule wanted, CancellationToken cancellation)
    {
        var pattern = RecipientPatterns.Normalize(wanted.Pattern) ?? throw new StoreRefusedException(
            Refusal.PatternInvalid,
            $"'{wanted.Pattern}' is not a pattern. Use name@example.com, example.com, *.example.com (its subdomains) or *.");
        if (wanted is { Level: PolicyLevel.Inbox, Inbox: null })
        {
            throw new StoreRefusedException(Refusal.LevelInvalid, "A rule on level inbox needs an inbox (--inbox).");
        }
        return _database.TransactAsync(
            async (connection, token) =>
            {
                var organization = wanted.Organization?.Value ?? await InboxTable.EnsureOrganizationAsync(connection, token);
                var inbox = wanted.Inbox is null
                    ? null
                    : (Guid?)(await FindAsync(connection, organization, wanted.Inbox, token)).Value;
                var id = new RuleId(await InsertAsync(connection, wanted, organization, inbox, pattern, token));
                await EnsureRoomAsync(connection, wanted.Level, organization, inbox, token);
                return id;
            },
            cancellation);
    }

    public Task<IReadOnlyList<SendingRule>> ListAsync(CancellationToken cancellation) => ListAsync(null, cancellation);

    /// <summary>Lists rules by level, the highest level first.</summary>
    /// <param name="owner">The organization whose inboxes the rules apply to. Null: all.</param>
    public Task<IReadOnlyList<SendingRule>> ListAsync(OrganizationId? owner, CancellationToken cancellation) =>
        _database.ReadAsync<IReadOnlyList<SendingRule>>(
            async (connection, token) =>
            [
                .. (await connection.QueryAsync<(Guid Id, string Level, string? Inbox, string Action, string Pattern, DateTime CreatedAt)>(new(
                    """
                    select rule_id, level, address, action, pattern, r.created_at from sending_rules r left join inboxes using (inbox_id)
                    where @Owner::uuid is null or r.organization_id = @Owner or (level = 'operator' and r.inbox_id is null)
                    order by array_position(array['operator', 'organization', 'inbox'], level), address nulls first, pattern
                    """,
                    new { Owner = owner?.Value },
                    cancellationToken: token))).Select(row => new SendingRule(
                        new(row.Id),
                        PolicyLevels.Parse(row.Level) ?? PolicyLevel.Operator,
                        row.Inbox is null ? null : InboxAddress.FromStore(row.Inbox),
                        row.Action == "allow" ? RuleAction.Allow : RuleAction.Block,
                        row.Pattern,
                        row.CreatedAt)),
            ],
            cancellation);

    /// <summary>Removes a rule of any level. Throws StoreRefusedException: RuleNotFound.</summary>
    public async Task RemoveAsync(RuleId rule, CancellationToken cancellation)
    {
        if (await ExecuteAsync("delete from sending_rules where rule_id = @Id", new { Id = rule.Value }, cancellation) == 0)
        {
            throw new StoreRefusedException(Refusal.RuleNotFound, $"The rule {rule} does not exist.");
        }
    }

    /// <summary>
    /// Pauses sending for an inbox on one level. Returns the updated inbox. Throws StoreRefusedException:
    /// InboxNotFound.
    /// </summary>
    public Task<Inbox> PauseInboxAsync(string address, PolicyLevel level, string reason, CancellationToken cancellation) =>
        UpdateInboxAsync(address, $"{ColumnOf(level)} = @reason", Checked(reason), cancellation);

    /// <summary>
    /// Resumes sending on one level, and with <see cref="PolicyLevel.Organization"/> on the level of the inbox too.
    /// Returns the updated inbox, which another level may still pause. Throws StoreRefusedException: InboxNotFound.
    /// </summary>
    public async Task<Inbox> ResumeInboxAsync(string address, PolicyLevel level, CancellationToken cancellation)
    {
        var columns = level is PolicyLevel.Organization ? [level, PolicyLevel.Inbox] : new[] { level };
        var resumed = await UpdateInboxAsync(
            address, string.Join(", ", columns.Select(column => $"{ColumnOf(column)} = null")), null, cancellation);
        // Mail that was paused may be due now.
        _notifier.QueueChanged();
        return resumed;
    }

    /// <summary>
    /// Pauses sending for every inbox on the operator's level, or resumes it if the reason is null. Inboxes with their
    /// own pause stay paused.
    /// </summary>
    public async Task PauseOrganizationAsync(string? reason, CancellationToken cancellation)
    {
        await _database.TransactAsync(
            async (connection, token) =>
            {
                await connection.ExecuteAsync(new(
                    "update organizations set sending_paused = @reason where name = 'default'",
                    new { reason = reason is null ? null : Checked(reason) }, cancellationToken: token));
                await PausedMail.UpdateAsync(connection, inbox: null, token);
            },
            cancellation);
        _notifier.QueueChanged();
    }

    static Task<Guid> InsertAsync(
        NpgsqlConnection connection, NewRule wanted, Guid organization, Guid? inbox, string pattern,
        CancellationToken cancellation) =>
        connection.ExecuteScalarAsync<Guid>(new(
            """
            insert into sending_rules (rule_id, organization_id, level, inbox_id, action, pattern)
            values (@Id, @organization, @Level, @inbox, @Action, @pattern)
            on conflict (organization_id, level, inbox_id, pattern) do update set action = excluded.action
            returning rule_id
            """,
            new
            {
                Id = RuleId.New().Value,
                organization,
                Level = wanted.Level.ToWord(),
                inbox,
                Action = wanted.Action is RuleAction.Allow ? "allow" : "block",
                pattern,
            },
            cancellationToken: cancellation));

    // The operator's rules are not counted: the limit protects the operator.
    async Task EnsureRoomAsync(
        NpgsqlConnection connection, PolicyLevel level, Guid organization, Guid? inbox, CancellationToken cancellation)
    {
        var (condition, limit, setting) = level is PolicyLevel.Inbox
            ? ("inbox_id = @inbox", _limits.RulesPerInbox, "Limits:RulesPerInbox")
            : ("organization_id = @organization", _limits.RulesPerOrganization, "Limits:RulesPerOrganization");
        if (level is PolicyLevel.Operator || limit == long.MaxValue)
        {
            return;
        }
        await OrganizationLock.AcquireAsync(connection, organization, cancellation);
        var count = await connection.ExecuteScalarAsync<long>(new(
            $"select count(*) from sending_rules where level = @Level and {condition}",
            new { Level = level.ToWord(), organization, inbox },
            cancellationToken: cancellation));
        if (count > limit)
        {
            throw StoreRefusals.ListLimit(Refusal.RuleLimit, "sending rules", limit, setting);
        }
    }

    // The reason becomes part of a reply line to senders.
    static string Checked(string reason) => reason.Length <= MaxReasonLength && !reason.Any(char.IsControl)
        ? reason
        : throw new StoreRefusedException(
            Refusal.TextInvalid, $"A reason has at most {MaxReasonLength} characters and no control characters.");

    static string ColumnOf(PolicyLevel level) => level switch
    {
        PolicyLevel.Operator => "sending_paused",
        PolicyLevel.Organization => "sending_paused_by_organization",
        _ => "sending_paused_by_inbox",
    };

    Task<Inbox> UpdateInboxAsync(string address, string assignments, string? reason, CancellationToken cancellation) =>
        _database.TransactAsync(
            async (connection, token) =>
            {
                var spellings = InboxAddress.TryParse(address, out var parsed, out var plusTag) && plusTag is null
                    ? parsed.Spellings
                    : [];
                var row = await connection.QuerySingleOrDefaultAsync<InboxRow>(new(
                    $"update inboxes i set {assignments} where address = {InboxTable.AddressSql} returning {InboxTable.Columns}",
                    new { Spellings = spellings, reason }, cancellationToken: token));
                var updated = row?.ToInbox() ?? throw NoInbox(address);
                // The organization may be resumed at the same time: one of the two must see both changes.
                await connection.ExecuteAsync(new(
                    """
                    select from organizations where organization_id = (
                        select organization_id from inboxes where inbox_id = @inbox)
                    for share
                    """,
                    new { inbox = updated.Id.Value }, cancellationToken: token));
                await PausedMail.UpdateAsync(connection, updated.Id, token);
                return updated;
            },
            cancellation);

    Task<int> ExecuteAsync(string sql, object values, CancellationToken cancellation) =>
        _database.TransactAsync(
            (connection, token) => connection.ExecuteAsync(new(sql, values, cancellationToken: token)), cancellation);

    static async Task<InboxId> FindAsync(NpgsqlConnection connection, Guid organization, string address, CancellationToken cancellation) =>
        InboxAddress.TryParse(address, out var parsed, out _) && await InboxTable.FindAsync(connection, parsed, cancellation) is { } inbox
            && inbox.Organization.Value == organization
            ? inbox.Id
            : throw NoInbox(address);

    static StoreRefusedException NoInbox(string address) =>
        new(Refusal.InboxNotFound, $"The inbox {address} does not exist.");
}
