using System.Security.Cryptography;
using AgentPost.Store.Data;
using AgentPost.Store.Hints;
using AgentPost.Store.Model;
using Dapper;
using Npgsql;

namespace AgentPost.Store.Events;

/// <summary>The webhooks of organizations.</summary>
public sealed class Webhooks
{
    const string SecretPrefix = "whsec_";

    // Standard Webhooks requires 24 to 64 random bytes.
    const int SecretBytes = 32;

    readonly Database _database;
    readonly EventLog _events;
    readonly ChangeNotifier _notifier;
    readonly SecretBox _secrets;
    readonly ListLimits _limits;

    internal Webhooks(
        Database database,
        EventLog events,
        ChangeNotifier notifier,
        SecretBox secrets,
        ListLimits limits)
    {
        _limits = limits;
        _database = database;
        _events = events;
        _notifier = notifier;
        _secrets = secrets;
    }

    /// <summary>
    /// Creates a webhook with a new secret. It receives events from now on. Throws StoreRefusedException: WebhookLimit.
    /// </summary>
    public Task<Webhook> CreateAsync(NewWebhook wanted, CancellationToken cancellation) =>
        _database.TransactAsync(
            async (connection, token) =>
            {
                var id = WebhookId.New();
                var secret = SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes));
                var row = await connection.QuerySingleAsync<WebhookRow>(new(
                    $"""
                    insert into webhooks as w (webhook_id, organization_id, url, description, sealed_secret,
                        event_types, inbox_ids, scopes, key_id, created_at, is_ordered, batch_size)
                    values (@Id, @Organization, @Url, @Description, @Secret, @Types, @Inboxes, @Scopes, @Key, now(),
                        @IsOrdered, @BatchSize)
                    returning {WebhookRow.Columns}
                    """,
                    new
                    {
                        Id = id.Value,
                        Organization = wanted.Organization.Value,
                        wanted.Url,
                        wanted.Description,
                        Secret = _secrets.Seal(secret, SecretPlace.OfWebhook(id)),
                        Types = wanted.Filter.Types?.ToArray(),
                        Inboxes = wanted.Filter.Inboxes?.Select(inbox => inbox.Value).ToArray(),
                        Scopes = wanted.Filter.Scopes.ToArray(),
                        Key = wanted.Key?.Value,
                        wanted.IsOrdered,
                        wanted.BatchSize,
                    },
                    cancellationToken: token));
                await EnsureRoomAsync(connection, wanted, token);
                await _events.FollowAsync(connection, wanted.Organization, wanted.Filter, token);
                return row.ToWebhook(_secrets);
            },
            cancellation);

    async Task EnsureRoomAsync(NpgsqlConnection connection, NewWebhook wanted, CancellationToken cancellation)
    {
        await OrganizationLock.AcquireAsync(connection, wanted.Organization.Value, cancellation);
        // A key must not exceed its limit by creating further keys.
        var (family, all) = await connection.QuerySingleAsync<(long Family, long All)>(new(
            """
            select count(*) filter (where coalesce(k.root_key_id, w.key_id) = (select coalesce(root_key_id, key_id) from keys where key_id = @Key)), count(*)
            from webhooks w left join keys k using (key_id) where w.organization_id = @Organization
            """,
            new { Key = wanted.Key?.Value, Organization = wanted.Organization.Value },
            cancellationToken: cancellation));
        if (family > _limits.WebhooksPerKey)
        {
            throw StoreRefusals.ListLimit(
                Refusal.WebhookLimit, "webhooks made with this key", _limits.WebhooksPerKey, "Limits:WebhooksPerKey");
        }
        if (all > _limits.WebhooksPerOrganization)
        {
            throw StoreRefusals.ListLimit(
                Refusal.WebhookLimit, "webhooks", _limits.WebhooksPerOrganization, "Limits:WebhooksPerOrganization");
        }
    }

    /// <summary>Lists webhooks by id, that is oldest first, starting after an id.</summary>
    /// <param name="within">Lists only webhooks that are limited to some of these inboxes. Null: all.</param>
    public Task<IReadOnlyList<Webhook>> ListAsync(
        OrganizationId organization, IReadOnlyList<InboxId>? within, WebhookId after, int limit, CancellationToken cancellation) =>
        _database.ReadAsync<IReadOnlyList<Webhook>>(
            async (connection, token) =>
            [
                .. (await connection.QueryAsync<WebhookRow>(new(
                    $"""
                    select {WebhookRow.Columns} from webhooks w
                    where organization_id = @Organization and webhook_id > @After and (@Within::uuid[] is null or inbox_ids <@ @Within)
                    order by webhook_id limit @limit
                    """,
                    new { Organization = organization.Value, Within = within?.Select(inbox => inbox.Value).ToArray(), After = after.Value, limit },
                    cancellationToken: token))).Select(row => row.ToWebhook(_secrets)),
            ],
            cancellation);

    /// <summary>
    /// Finds the failing webhooks of all organizations, and those that were disabled because they failed.
    /// </summary>
    public Task<IReadOnlyList<Webhook>> FindFailingAsync(int limit, CancellationToken cancellation) =>
        _database.ReadAsync<IReadOnlyList<Webhook>>(
            async (connection, token) =>
            [
                .. (await connection.QueryAsync<WebhookRow>(new(
                    $"""
                    select {WebhookRow.Columns} from webhooks w
                    where failing_since is not null and disabled_reason is distinct from 'by hand'
                        order by webhook_id limit @limit
                    """,
                    new { limit },
                    cancellationToken: token))).Select(row => row.ToWebhook(_secrets)),
            ],
            cancellation);

    /// <summary>Finds the enabled webhooks of all organizations that have been logged as lagging.</summary>
    public Task<IReadOnlyList<Webhook>> FindLaggingAsync(int limit, CancellationToken cancellation) =>
        _database.ReadAsync<IReadOnlyList<Webhook>>(
            async (connection, token) =>
            [
                .. (await connection.QueryAsync<WebhookRow>(new(
                    $"""
                    select {WebhookRow.Columns} from webhooks w
                    where lagging_since is not null and failing_since is null and disabled_at is null
                        order by webhook_id limit @limit
                    """,
                    new { limit },
                    cancellationToken: token))).Select(row => row.ToWebhook(_secrets)),
            ],
            cancellation);

    /// <summary>Finds a webhook of the organization. Returns null if it does not exist.</summary>
    public Task<Webhook?> FindAsync(OrganizationId organization, WebhookId webhook, CancellationToken cancellation) =>
        _database.ReadAsync(
            async (connection, token) => (await connection.QuerySingleOrDefaultAsync<WebhookRow>(new(
                $"select {WebhookRow.Columns} from webhooks w where organization_id = @Organization and webhook_id = @Webhook",
                new { Organization = organization.Value, Webhook = webhook.Value },
                cancellationToken: token)))?.ToWebhook(_secrets),
            cancellation);

    /// <summary>Changes a webhook. Returns null if it does not exist.</summary>
    public async Task<Webhook?> UpdateAsync(WebhookId webhook, WebhookChange change, CancellationToken cancellation)
    {
        var changed = await _database.TransactAsync(
            async (connection, token) =>
            {
                if (change.IsOrdered is not null)
                {
                    await LockAsync(connection, webhook, token);
                }
                var row = await connection.QuerySingleOrDefaultAsync<WebhookRow>(new(
                    $"""
                    update webhooks w set url = coalesce(@Url, url), description = coalesce(@Description, description),
                        event_types = case when @Types::text[] is null then event_types else nullif(@Types, '{"{}"}') end,
                        inbox_ids = case when @Inboxes::uuid[] is null then inbox_ids else nullif(@Inboxes, '{"{}"}') end,
                        scopes = coalesce(@Scopes, scopes), is_ordered = coalesce(@IsOrdered, is_ordered),
                            batch_size = coalesce(@BatchSize, batch_size),
                        failures = case when @IsEnabled then 0 else failures end,
                        failing_since = case when @IsEnabled then null else failing_since end,
                        pauses = case when @IsEnabled then 0 else pauses end,
                        state_since = case when @IsEnabled then now() else state_since end,
                        -- Another address may answer: it is tried now.
                        paused_until = case when @IsEnabled then null when @Url is not null
                            and paused_until is not null then now()
                            else paused_until end,
                        disabled_at = case when @IsEnabled then null when not @IsEnabled
                            then coalesce(disabled_at, now()) else disabled_at end,
                        disabled_reason = case when @IsEnabled then null when not @IsEnabled then coalesce(disabled_reason, 'by hand') else disabled_reason end
                    where webhook_id = @Webhook
                    returning {WebhookRow.Columns}
                    """,
                    new
                    {
                        Webhook = webhook.Value,
                        change.Url,
                        change.Description,
                        Types = change.Types?.ToArray(),
                        Inboxes = change.Inboxes?.Select(inbox => inbox.Value).ToArray(),
                        Scopes = change.Scopes?.ToArray(),
                        change.IsEnabled,
                        change.IsOrdered,
                        change.BatchSize,
                    },
                    cancellationToken: token));
                if (change.IsOrdered is true)
                {
                    await GroupAsync(connection, webhook, token);
                }
                if (change.IsEnabled is true)
                {
                    await WebhookHealthTable.RetryNowAsync(connection, webhook, token);
                }
                if (row is { DisabledAt: null })
                {
                    await _events.FollowAsync(connection, new(row.OrganizationId), row.Filter, token);
                }
                return row?.ToWebhook(_secrets);
            },
            cancellation);
        _notifier.WebhooksQueued();
        return changed;
    }

    // Waits for the commit of deliveries that are being added. Later ones see the change.
    static Task<int> LockAsync(NpgsqlConnection connection, WebhookId webhook, CancellationToken cancellation) =>
        connection.ExecuteAsync(new(
            "select from webhooks where webhook_id = @Webhook for update", new { Webhook = webhook.Value },
                cancellationToken: cancellation));

    /// <summary>Groups the pending deliveries of a webhook that was not ordered.</summary>
    static Task<int> GroupAsync(NpgsqlConnection connection, WebhookId webhook, CancellationToken cancellation) =>
        connection.ExecuteAsync(new(
            """
            update webhook_deliveries d set order_group = coalesce(e.inbox_id, e.organization_id) from events e
            where d.webhook_id = @Webhook and d.next_attempt_at is not null and e.event_id = d.event_id
            """,
            new { Webhook = webhook.Value },
            cancellationToken: cancellation));

    /// <summary>Deletes a webhook and its pending deliveries.</summary>
    public Task DeleteAsync(WebhookId webhook, CancellationToken cancellation) =>
        _database.TransactAsync(
            (connection, token) => connection.ExecuteAsync(new(
                "delete from webhooks where webhook_id = @Webhook", new { Webhook = webhook.Value }, cancellationToken: token)),
            cancellation);
}
