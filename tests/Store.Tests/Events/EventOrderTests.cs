using AgentPost.Store.Events;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;
using Npgsql;

namespace AgentPost.Store.Tests.Events;

/// <summary>Whoever has read up to an event has missed none before it, however many write at once.</summary>
sealed class EventOrderTests
{
    [Test]
    public async Task Readers_see_all_events_once_and_in_the_same_order_while_two_hosts_write()
    {
        const int Writers = 8;
        const int Each = 25;
        await using var mail = await FollowedInbox.CreateAsync();
        MailStore[] hosts = [mail.Store, await mail.OpenOtherAsync()];
        var keys = await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            var inbox = await mail.Store.Accounts.CreateInboxAsync($"writer{writer}@example.test", null, default);
            return new FolderKey(inbox.Id, (await mail.Store.Folders.FindAsync(inbox.Id, FolderName.Inbox, default))!.Id);
        }));

        var readers = hosts.Select(host => ReadAsync(host, mail.Inbox.Organization, Writers * Each)).ToArray();
        await Task.WhenAll(keys.Select(async (key, writer) =>
        {
            for (var i = 0; i < Each; i++)
            {
                await using var message = await mail.ReceiveAsync($"Subject: {i}\r\n\r\n");
                await hosts[(writer + i) % hosts.Length].Appends.AppendAsync(key, [new(message, SystemFlags.None, KeywordSet.Empty, null)], default);
            }
        }));
        var read = await Task.WhenAll(readers);

        Assert.That(read[0].Select(told => told.Id), Is.Unique);
        Assert.That(read[1].Select(told => told.Id), Is.EqualTo(read[0].Select(told => told.Id)));
        foreach (var inbox in read[0].GroupBy(told => told.Inbox))
        {
            // In the order in which the inbox has changed.
            Assert.That(inbox.Select(told => told.Text("uid")), Is.EqualTo(Enumerable.Range(1, Each).Select(uid => uid.ToString(System.Globalization.CultureInfo.InvariantCulture))));
        }
    }

    [Test]
    public async Task What_is_noted_first_and_committed_last_is_told_last_and_missed_by_nobody()
    {
        await using var mail = await FollowedInbox.CreateAsync();
        await using var connection = new NpgsqlConnection(mail.ConnectionString);
        await connection.OpenAsync();
        await using var open = await connection.BeginTransactionAsync();
        await using var early = new NpgsqlCommand(
            """
            insert into event_notes (organization_id, type, occurred_at, amount, detail)
            select organization_id, 'key.created', now(), 1, '{}' from organizations
            """,
            connection);
        await early.ExecuteNonQueryAsync();

        await mail.AppendAsync("INBOX", "later noted");
        var first = await mail.EventsAsync(1);
        await open.CommitAsync();
        await mail.AppendAsync("INBOX", "last");
        var rest = await mail.EventsAsync(2, after: first[^1].Position);

        Assert.That(first.Types(), Is.EqualTo((string[])["message.appended"]));
        Assert.That(rest.Types(), Is.EqualTo((string[])["key.created", "message.appended"]));
    }

    [Test]
    public async Task What_a_host_has_noted_and_not_told_when_it_died_another_tells()
    {
        await using var mail = await FollowedInbox.CreateAsync();
        await mail.ScalarAsync<int>(
            """
            with noted as (
                insert into event_notes (organization_id, type, occurred_at, amount, detail)
                select organization_id, 'key.created', now(), 1, '{}' from organizations)
            select 1
            """);

        await mail.OpenOtherAsync();

        Assert.That((await mail.EventsAsync(1)).Types(), Is.EqualTo((string[])["key.created"]));
    }

    [Test]
    public async Task The_events_of_one_change_are_in_the_order_of_its_messages()
    {
        await using var mail = await FollowedInbox.CreateAsync();
        var uids = await mail.AppendAsync("INBOX", [.. Enumerable.Range(0, 30).Select(i => $"m{i}")]);
        await mail.EventsAsync(30);
        var before = await mail.Store.Events.LastPositionAsync(mail.Inbox.Organization, default);

        await mail.FlagAsync("INBOX", uids, FlagChangeMode.Add, SystemFlags.Flagged);

        var told = await mail.EventsAsync(30, before);
        Assert.That(told.Select(flags => flags.Text("uid")), Is.EqualTo(uids.Select(uid => uid.ToString())));
    }

    /// <summary>Follows from the beginning, each time from the last position on.</summary>
    static async Task<List<MailEvent>> ReadAsync(MailStore store, OrganizationId organization, int count)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var read = new List<MailEvent>();
        while (read.Count < count)
        {
            var mark = store.Events.Live.MarkOf(organization);
            var page = await store.Events.ReadAsync(organization, read.Count == 0 ? 0 : read[^1].Position, 7, deadline.Token);
            read.AddRange(page);
            if (page.Count == 0)
            {
                await store.Events.Live.ChangedSinceAsync(organization, mark, deadline.Token);
            }
        }
        return read;
    }
}
