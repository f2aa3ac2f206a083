using AgentPost.Store.Access;
using AgentPost.Store.Outbound;
using Npgsql;

namespace AgentPost.Store.Tests.Plans;

/// <summary>
/// A server must not need Postgres's statistics to be fast: they come minutes after the mail. Each statement of a hot operation reads about as many rows as the operation is
/// about, whatever Postgres knows of the tables, and however small they were when the statement was prepared.
/// </summary>
[NonParallelizable]
public sealed class StatementPlanTests
{
    const int Elsewhere = 25_000;
    const int Messages = 5_000;

    // The sixth execution of a prepared statement is the first that can have a generic plan; Npgsql prepares with the second.
    const int Repetitions = 8;

    public enum Knowledge
    {
        /// <summary>Statements were prepared while the tables were empty, which were never analyzed.</summary>
        PreparedWhenEmpty,

        /// <summary>The tables were never analyzed.</summary>
        None,

        /// <summary>The tables were analyzed when they held some large inboxes.</summary>
        OfLargeInboxes,

        /// <summary>The tables were analyzed when they held inboxes with one message each.</summary>
        OfTinyInboxes,

        /// <summary>The tables were vacuumed when they were empty.</summary>
        VacuumedWhenEmpty,
    }

    [Test]
    public async Task Every_hot_statement_reads_few_more_rows_than_it_needs([Values] Knowledge knowledge)
    {
        await using var mail = await Mailbox.CreateAsync();
        await StopAnalyzingAsync(mail);
        var log = await PlanLog.StartAsync(mail);
        await using var store = await OpenAsync(mail);
        var warm = await store.Accounts.CreateInboxAsync("warm@example.test", null, default);
        await mail.Store.Events.FollowAsync(warm.Organization, Events.FollowedInbox.Everything, default);
        if (knowledge == Knowledge.PreparedWhenEmpty)
        {
            await RunAsync(store, warm, 1);
        }
        if (knowledge == Knowledge.VacuumedWhenEmpty)
        {
            await mail.ExecuteAsync("vacuum");
        }
        if (knowledge == Knowledge.OfTinyInboxes)
        {
            await PlanData.FillManyAsync(mail, warm.Id, 2 * Elsewhere, 2 * Elsewhere);
        }
        else
        {
            await PlanData.FillAsync(mail, warm.Id, Elsewhere);
            await PlanData.FillAsync(mail, (await store.Accounts.CreateInboxAsync("large@example.test", null, default)).Id, Elsewhere);
        }
        if (knowledge is Knowledge.OfLargeInboxes or Knowledge.OfTinyInboxes)
        {
            await mail.ExecuteAsync("analyze");
        }
        await PlanData.FillAsync(mail, mail.Inbox.Id, Messages);
        await log.ReadAsync();
        var found = new List<string>();
        foreach (var operation in new HotOperations(store, mail.Inbox).All(Messages))
        {
            for (var i = 0; i < Repetitions; i++)
            {
                await operation.RunAsync();
            }
            foreach (var bad in (await log.ReadAsync()).Where(statement => IsWasteful(statement, operation.Needed)).DistinctBy(statement => statement.Text))
            {
                found.Add($"{operation.Name}, about {operation.Needed} messages: {bad.Rows} rows, {bad.Pages} pages\n{bad.Text}\n{bad.Plan}");
            }
        }
        Assert.That(found, Is.Empty);
    }

    [Test]
    public async Task Held_mail_costs_nothing_until_it_is_released()
    {
        const int RecipientsOfEach = 10;
        await using var mail = await Mailbox.CreateAsync();
        await StopAnalyzingAsync(mail);
        var log = await PlanLog.StartAsync(mail);
        await using var store = await OpenAsync(mail);
        await PlanData.FillAsync(mail, mail.Inbox.Id, Messages);
        await store.Accounts.CreateInboxAsync("warm@example.test", null, default);
        await new HotOperations(store, mail.Inbox).SubmitAsync("");
        await mail.ExecuteAsync($"""
            insert into queue (queue_id, inbox_id, message_id, sent_id, reverse_path, recipient, destination, released_at, next_attempt_at)
            select gen_random_uuid(), inbox_id, message_id, message_id, '', 'r@held.test', 'held.test', now(), now() + (uid - {Messages / 2}) * interval '1 minute'
            from entries cross join generate_series(1, {RecipientsOfEach}) where folder_id = 1 and uid < {Messages}
            """);
        var held = await mail.CountAsync("queue");
        await log.ReadAsync();
        for (var i = 0; i < Repetitions; i++)
        {
            Assert.That(await store.Queue.FindDueAsync(RemoteDelivery.Held, default), Is.Empty);
            Assert.That(await store.Queue.FindNextDueAsync(DateTimeOffset.UtcNow, RemoteDelivery.Held, default), Is.Null);
            Assert.That(await store.Queue.FindDueAsync(RemoteDelivery.Active, default), Has.Member(QueueScope.To("example.com")).And.Member(QueueScope.To("held.test")));
            Assert.That(await store.Queue.FindNextDueAsync(DateTimeOffset.UtcNow, RemoteDelivery.Active, default), Is.Not.Null);
            Assert.That(await store.Queue.TakeAsync(QueueScope.To("example.org"), 10, default), Is.Null);
        }
        Assert.That(await store.Queue.TakeAsync(QueueScope.To("held.test"), 10, default), Has.Property(nameof(QueuedMessage.Recipients)).Count.EqualTo(RecipientsOfEach));
        Assert.That(await store.QueueListing.CountHeldAsync(default), Is.GreaterThan(45_000).And.EqualTo(held));
        Assert.That(
            (await log.ReadAsync()).Where(statement => IsWasteful(statement, 20) && !statement.Text.Contains("count(*)", StringComparison.Ordinal))
                .Select(statement => $"{statement.Rows} rows, {statement.Pages} pages\n{statement.Text}\n{statement.Plan}"),
            Is.Empty);
    }

    [Test]
    public async Task Upkeep_reads_only_what_it_removes()
    {
        // A change log as long as it may become: a longer one is cut.
        const int Changes = 9_000;
        await using var mail = await Mailbox.CreateAsync();
        await StopAnalyzingAsync(mail);
        var log = await PlanLog.StartAsync(mail);
        await using var store = await OpenAsync(mail);
        await PlanData.FillAsync(mail, mail.Inbox.Id, Changes);
        await mail.ExecuteAsync($"""
            update entries set folder_id = 4;
            insert into events (organization_id, event_id, inbox_id, type, occurred_at, data)
            select organization_id, gen_random_uuid(), inbox_id, 'x', now(), '' from inboxes cross join generate_series(1, {Elsewhere})
            """);
        var other = await store.Accounts.CreateInboxAsync("other@example.test", null, default);
        await log.ReadAsync();
        for (var i = 0; i < Repetitions; i++)
        {
            await store.Retention.PurgeAsync(TimeSpan.FromDays(30), default);
        }
        await store.Accounts.DeleteInboxAsync(other.Address.ToString(), default);
        Assert.That(
            (await log.ReadAsync()).Where(statement => statement.Rows > 100 || statement.Pages > 200)
                .Select(statement => $"{statement.Rows} rows, {statement.Pages} pages\n{statement.Text}\n{statement.Plan}"),
            Is.Empty);
    }

    // Some rows and pages for everything around the messages: inbox, folders, keywords, index levels, entries and their tombstones.
    static bool IsWasteful(ExplainedStatement statement, long needed) =>
        statement.Rows > 40 + (4 * (needed + statement.Given)) || statement.Pages > 150 + (20 * (needed + statement.Given)) || statement.Plan.Contains("Seq Scan", StringComparison.Ordinal);

    static async Task RunAsync(MailStore store, Inbox inbox, int count)
    {
        foreach (var operation in new HotOperations(store, inbox).All(count))
        {
            for (var i = 0; i < Repetitions; i++)
            {
                await operation.RunAsync();
            }
        }
    }

    static Task StopAnalyzingAsync(Mailbox mail) => mail.ExecuteAsync("""
        do $$ declare t regclass; begin
            for t in select oid::regclass from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace loop
                execute format('alter table %s set (autovacuum_enabled = false)', t);
            end loop;
        end $$
        """);

    static Task<MailStore> OpenAsync(Mailbox mail) => MailStore.OpenAsync(
        new(mail.DataFolder, new NpgsqlConnectionStringBuilder(mail.ConnectionString) { MaxPoolSize = 3, ApplicationName = "plans" }.ConnectionString)
        {
            // Of the tests: inboxes that they create, and a local recipient.
            Domains = ["example.test"],
            Limits = new() { MessagesPerMinute = 1_000_000, MessagesPerDay = 1_000_000, FirstTimeRecipientsPerDay = 1_000_000, RepliesPerThreadPerHour = 1_000_000 },
        },
        Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance,
        TimeProvider.System,
        default);
}
