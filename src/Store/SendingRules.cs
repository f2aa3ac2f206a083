using Dapper;

namespace AgentPost.Store;

/// <summary>Who may send, and to whom: the rules, and the pauses of inboxes and organizations.</summary>
public sealed class SendingRules
{
    readonly Database _database;
    readonly ChangeNotifier _notifier;

    internal SendingRules(Database database, ChangeNotifier notifier)
    {
        _database = database;
        _notifier = notifier;
    }

    /// <summary>Adds a rule, or changes the action of the one that there is for this pattern. Refusals: PatternInvalid, InboxNotFound.</summary>
    /// <param name="inbox">Null: every inbox of the organization.</param>
    public Task<RuleId> AddAsync(RuleAction action, string pattern, string? inbox, CancellationToken cancellation) =>
        AddAsync(null, action, pattern, inbox, cancellation);

    /// <summary>As the other.</summary>
    /// <param name="owner">Null: <c>default</c>. The inbox is one of its.</param>
    public Task<RuleId> AddAsync(OrganizationId? owner, RuleAction action, string pattern, string? inbox, CancellationToken cancellation)
    {
        var normal = RecipientPatterns.Normalize(pattern) ?? throw new StoreRefusedException(
            Refusal.PatternInvalid, $"'{pattern}' is no pattern: write name@example.com, example.com, *.example.com (its subdomains) or *.");
        return _database.WriteAsync(
            async (connection, token) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(token);
                var organization = owner?.Value ?? await InboxTable.EnsureOrganizationAsync(connection, token);
                var id = await connection.ExecuteScalarAsync<Guid>(new(
                    """
                    insert into sending_rules (rule_id, organization_id, inbox_id, action, pattern)
                    values (@Id, @organization, @Inbox, @Action, @normal)
                    on conflict (organization_id, inbox_id, pattern) do update set action = excluded.action
                    returning rule_id
                    """,
                    new
                    {
                        Id = RuleId.New().Value,
                        organization,
                        Inbox = inbox is null ? null : (Guid?)(await FindAsync(connection, inbox, token)).Value,
                        Action = action is RuleAction.Allow ? "allow" : "block",
                        normal,
                    },
                    cancellationToken: token));
                await transaction.CommitAsync(CancellationToken.None);
                return new RuleId(id);
            },
            cancellation);
    }

    public Task<IReadOnlyList<SendingRule>> ListAsync(CancellationToken cancellation) => ListAsync(null, cancellation);

    /// <param name="owner">Null: of all organizations.</param>
    public Task<IReadOnlyList<SendingRule>> ListAsync(OrganizationId? owner, CancellationToken cancellation) =>
        _database.ReadAsync<IReadOnlyList<SendingRule>>(
            async (connection, token) =>
            [
                .. (await connection.QueryAsync<(Guid Id, string? Inbox, string Action, string Pattern, DateTime CreatedAt)>(new(
                    """
                    select rule_id, address, action, pattern, r.created_at from sending_rules r left join inboxes using (inbox_id)
                    where @Owner::uuid is null or r.organization_id = @Owner
                    order by address nulls first, pattern
                    """,
                    new { Owner = owner?.Value },
                    cancellationToken: token))).Select(row => new SendingRule(
                        new(row.Id),
                        row.Inbox is null ? null : InboxAddress.FromStore(row.Inbox),
                        row.Action == "allow" ? RuleAction.Allow : RuleAction.Block,
                        row.Pattern,
                        row.CreatedAt)),
            ],
            cancellation);

    /// <summary>Refusal: RuleNotFound.</summary>
    public async Task RemoveAsync(RuleId rule, CancellationToken cancellation)
    {
        if (await ExecuteAsync("delete from sending_rules where rule_id = @Id", new { Id = rule.Value }, cancellation) == 0)
        {
            throw new StoreRefusedException(Refusal.RuleNotFound, $"There is no rule {rule}.");
        }
    }

    /// <summary>Stops an inbox from sending, or with null for a reason lets it send again. Refusal: InboxNotFound.</summary>
    public async Task PauseInboxAsync(string address, string? reason, CancellationToken cancellation)
    {
        var inbox = InboxAddress.TryParse(address, out var parsed, out var plusTag) && plusTag is null ? parsed.Value : "";
        if (await ExecuteAsync("update inboxes set sending_paused = @reason where address = @inbox", new { inbox, reason }, cancellation) == 0)
        {
            throw NoInbox(address);
        }
        // What has waited for that may leave.
        _notifier.QueueChanged();
    }

    /// <summary>Stops every inbox from sending, or with null for a reason ends that. Inboxes that are paused themselves stay so.</summary>
    public async Task PauseOrganizationAsync(string? reason, CancellationToken cancellation)
    {
        await ExecuteAsync("update organizations set sending_paused = @reason where name = 'default'", new { reason }, cancellation);
        _notifier.QueueChanged();
    }

    Task<int> ExecuteAsync(string sql, object values, CancellationToken cancellation) =>
        _database.WriteAsync((connection, token) => connection.ExecuteAsync(new(sql, values, cancellationToken: token)), cancellation);

    static async Task<InboxId> FindAsync(Npgsql.NpgsqlConnection connection, string address, CancellationToken cancellation) =>
        InboxAddress.TryParse(address, out var parsed, out _) && await InboxTable.FindAsync(connection, parsed, cancellation) is { } inbox
            ? inbox.Id
            : throw NoInbox(address);

    static StoreRefusedException NoInbox(string address) => new(Refusal.InboxNotFound, $"There is no inbox {address}.");
}
