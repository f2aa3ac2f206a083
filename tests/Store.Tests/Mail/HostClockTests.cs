using System.Text;
using AgentPost.Store.Model;
using AgentPost.Store.Outbound;
using AgentPost.Store.Remote;

namespace AgentPost.Store.Tests.Mail;

/// <summary>Instances whose hosts' clocks are wrong: the database's clock decides.</summary>
public sealed class HostClockTests
{
    static readonly TimeSpan[] Skews =
        [TimeSpan.FromDays(31), TimeSpan.FromDays(-31), TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(-90)];

    [TestCaseSource(nameof(Skews))]
    public async Task A_host_with_a_wrong_clock_purges_nothing_early_and_stores_nothing_old(TimeSpan skew)
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var skewed = await OpenAsync(mail, skew);
        await mail.AppendAsync("Trash", "of a correct host");
        await using var message = await mail.ReceiveAsync("Subject: of the skewed host\r\n\r\nText\r\n");
        await skewed.Appends.AppendAsync(
            await mail.FolderAsync("Trash"), [new(message, SystemFlags.None, KeywordSet.Empty, null)], default);

        await skewed.Retention.PurgeAsync(TimeSpan.FromDays(30), default);
        await mail.Store.Retention.PurgeAsync(TimeSpan.FromDays(30), default);

        Assert.That(await mail.CountAsync("entries"), Is.EqualTo(2));
        const string AreFresh = "select bool_and(abs(extract(epoch from now() - saved_at)) < 60) from entries";
        Assert.That(await mail.ScalarAsync<bool>(AreFresh), Is.True);
    }

    [TestCaseSource(nameof(Skews))]
    public async Task Queued_mail_is_due_and_leased_by_the_databases_clock(TimeSpan skew)
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var skewed = await OpenAsync(mail, skew);
        await using var message = await mail.ReceiveAsync("From: ann@example.test\r\nSubject: x\r\n\r\nText\r\n");
        await skewed.Submissions.SubmitAsync(
            new(mail.Inbox, "ann@example.test", ["zoe@a.test"], Encoding.ASCII.GetBytes("Received: here\r\n"), message), default);

        Assert.That(
            await mail.Store.Queue.FindDueAsync(RemoteDelivery.Active, default), Is.EqualTo([QueueScope.To("a.test")]));
        var taken = await mail.Store.Queue.TakeAsync(QueueScope.Elsewhere, 10, default);
        Assert.That((skewed.Time.GetUtcNow() - taken!.ReleasedAt).Duration(), Is.LessThan(TimeSpan.FromMinutes(1)));
        Assert.That(await skewed.Queue.TakeAsync(QueueScope.Elsewhere, 10, default), Is.Null);
        Assert.That(await skewed.Queue.FindDueAsync(RemoteDelivery.Active, default), Is.Empty);

        await mail.Store.Queue.Leases.ReleaseAsync(taken.Lease, default);
        taken = await skewed.Queue.TakeAsync(QueueScope.Elsewhere, 10, default);
        Assert.That(await mail.Store.Queue.TakeAsync(QueueScope.Elsewhere, 10, default), Is.Null);
        var held = await skewed.Queue.Leases.RenewAsync([taken!.Lease, Guid.NewGuid()], default);
        Assert.That(held, Is.EquivalentTo([taken.Lease]));
        const string IsLeased = "select leased_until between now() and now() + interval '61 s' from queue";
        Assert.That(await mail.ScalarAsync<bool>(IsLeased), Is.True);
    }

    [TestCaseSource(nameof(Skews))]
    public async Task A_remote_account_and_a_purge_are_leased_by_the_databases_clock(TimeSpan skew)
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var skewed = await OpenAsync(mail, skew);
        await mail.Store.RemoteAccounts.StartAsync(mail.Inbox.Id, Account(), default);

        var held = await skewed.RemoteAccounts.AcquireAsync(default);
        Assert.That(held, Is.Not.Null);
        Assert.That(await mail.Store.RemoteAccounts.AcquireAsync(default), Is.Null);
        await skewed.RemoteAccounts.NoteFailureAsync(held!.Value.Lease, "down", TimeSpan.FromSeconds(30), default);
        Assert.That(await skewed.RemoteAccounts.AcquireAsync(default), Is.Null);
        var requestedAt = await skewed.RemoteAccounts.RequestPollAsync(mail.Inbox.Id, default);
        Assert.That((requestedAt - mail.Store.Time.GetUtcNow()).Duration(), Is.LessThan(TimeSpan.FromMinutes(1)));
        Assert.That(await mail.Store.RemoteAccounts.AcquireAsync(default), Is.Not.Null);

        var turn = await skewed.Retention.AcquireAsync(default);
        Assert.That(await mail.Store.Retention.AcquireAsync(default), Is.Null);
        await skewed.Retention.Leases.ReleaseAsync(turn!.Id, default);
        Assert.That(await mail.Store.Retention.AcquireAsync(default), Is.Not.Null);
    }

    [Test]
    public async Task A_clock_that_is_set_while_the_program_runs_is_found_by_the_next_measurement()
    {
        await using var mail = await Mailbox.CreateAsync();
        var clock = new SettableClock();
        await using var store = await mail.OpenAsync(options => options, clock);
        Assert.That(await store.MeasureClockAsync(default), Is.LessThan(TimeSpan.FromMinutes(1)));

        clock.Now += TimeSpan.FromHours(5);
        var skew = await store.MeasureClockAsync(default);
        Assert.That(skew, Is.EqualTo(TimeSpan.FromHours(5)).Within(TimeSpan.FromMinutes(1)));
        Assert.That((store.Time.GetUtcNow() - DateTimeOffset.UtcNow).Duration(), Is.LessThan(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public async Task Recipients_with_the_same_due_time_are_taken_in_the_order_in_which_they_were_queued()
    {
        await using var mail = await Mailbox.CreateAsync();
        string[] order = ["a@x.test", "b@x.test", "c@x.test", "d@x.test"];
        foreach (var recipient in order)
        {
            await using var message = await mail.ReceiveAsync($"From: ann@example.test\r\nSubject: {recipient}\r\n\r\nText\r\n");
            await mail.Store.Submissions.SubmitAsync(
                new(mail.Inbox, "ann@example.test", [recipient], Encoding.ASCII.GetBytes("Received: here\r\n"), message), default);
        }
        // In another order in the table.
        foreach (var recipient in order.Reverse())
        {
            await mail.ExecuteAsync($"update queue set next_attempt_at = '2026-01-01Z' where recipient = '{recipient}'");
        }
        foreach (var scope in new[] { QueueScope.To("x.test"), QueueScope.Elsewhere })
        {
            var taken = new List<QueuedMessage>();
            while (await mail.Store.Queue.TakeAsync(scope, 10, default) is { } message)
            {
                taken.Add(message);
            }
            Assert.That(taken.Select(message => message.Recipients.Single().Address), Is.EqualTo(order), scope.ToString());
            foreach (var message in taken)
            {
                await mail.Store.Queue.Leases.ReleaseAsync(message.Lease, default);
            }
        }
    }

    static Task<MailStore> OpenAsync(Mailbox mail, TimeSpan skew) =>
        mail.OpenAsync(options => options, new SettableClock { Now = DateTimeOffset.UtcNow + skew });

    static RemoteAccountSettings Account()
    {
        var server = new RemoteServer("mail.a.test", 993, RemoteTls.Implicit, new("bob", SecretKind.Password, "secret"));
        return new("bob@a.test", server, server);
    }
}
