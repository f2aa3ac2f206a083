using AgentPost.Store.Model;

namespace AgentPost.Store.Tests.Mail;

/// <summary>
/// A server that does not hear the reply sends its message again, maybe to another host; nobody gets it twice.
/// </summary>
public sealed class RepeatedArrivalTests
{
    const string Text = "From: zoe@elsewhere.test\r\nMessage-ID: <m@elsewhere.test>\r\nSubject: hi\r\n\r\nHello\r\n";

    [Test]
    public async Task A_repeated_message_gets_the_first_ids_and_changes_nothing()
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.Store.Accounts.CreateInboxAsync("bob@example.test", null, default);
        string[] recipients = ["ann@example.test", "ann+tag@example.test", "bob@example.test"];
        var first = await DeliverAsync(mail.Store, mail, Text, recipients);
        var modSeq = await ModSeqAsync(mail);
        Assert.That(await DeliverAsync(mail.Store, mail, Text, recipients), Is.EqualTo(first));
        Assert.That(await DeliverAsync(await mail.OpenOtherAsync(), mail, Text, recipients), Is.EqualTo(first));
        Assert.That(await ModSeqAsync(mail), Is.EqualTo(modSeq));
        Assert.That(await mail.CountAsync("messages"), Is.EqualTo(2));
    }

    [Test]
    public async Task Of_a_message_repeated_for_other_recipients_each_gets_one()
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.Store.Accounts.CreateInboxAsync("bob@example.test", null, default);
        var first = await DeliverAsync(mail.Store, mail, Text, "ann@example.test");
        var both = await DeliverAsync(mail.Store, mail, Text, "bob@example.test", "ann@example.test");
        Assert.That(both, Has.Count.EqualTo(2).And.SupersetOf(first));
        Assert.That(await DeliverAsync(mail.Store, mail, Text, "bob@example.test"), Is.SubsetOf(both));
        Assert.That(await mail.CountAsync("entries"), Is.EqualTo(2));
    }

    [Test]
    public async Task Two_hosts_that_get_it_at_the_same_time_deliver_it_once()
    {
        await using var mail = await Mailbox.CreateAsync();
        var other = await mail.OpenOtherAsync();
        for (var round = 1; round <= 10; round++)
        {
            var text = Text.Replace("hi", $"round {round}", StringComparison.Ordinal);
            var ids = await Task.WhenAll(
                new[] { mail.Store, other, mail.Store, other }
                    .Select(store => DeliverAsync(store, mail, text, "ann@example.test")));
            Assert.That(ids.Select(id => id[0]).Distinct().Count(), Is.EqualTo(1));
            Assert.That(await mail.CountAsync("entries"), Is.EqualTo(round));
        }
    }

    [TestCase("another text", "zoe@elsewhere.test", TestName = "Another text makes another message")]
    [TestCase("Hello", "carl@elsewhere.test", TestName = "Another return path makes another message")]
    public async Task What_differs_is_delivered(string body, string reversePath)
    {
        await using var mail = await Mailbox.CreateAsync();
        await DeliverAsync(mail.Store, mail, Text, "ann@example.test");
        await DeliverAsync(
            mail.Store, mail, Text.Replace("Hello", body, StringComparison.Ordinal), ["ann@example.test"], reversePath);
        Assert.That(await mail.CountAsync("entries"), Is.EqualTo(2));
    }

    [Test]
    public async Task Equal_messages_without_Message_ID_are_two()
    {
        await using var mail = await Mailbox.CreateAsync();
        for (var time = 0; time < 2; time++)
        {
            await DeliverAsync(mail.Store, mail, "Subject: alert\r\n\r\nThe disk is full\r\n", "ann@example.test");
        }
        Assert.That(await mail.CountAsync("entries"), Is.EqualTo(2));
    }

    [Test]
    public async Task After_days_it_is_forgotten_and_not_before()
    {
        await using var mail = await Mailbox.CreateAsync();
        await DeliverAsync(mail.Store, mail, Text, "ann@example.test");
        await mail.ExecuteAsync("update inbound_ledger set received_at = now() - interval '4 days'");
        await mail.Store.Retention.PurgeAsync(TimeSpan.Zero, default);
        Assert.That(await mail.CountAsync("inbound_ledger"), Is.EqualTo(1));
        await mail.ExecuteAsync("update inbound_ledger set received_at = now() - interval '6 days'");
        await mail.Store.Retention.PurgeAsync(TimeSpan.Zero, default);
        Assert.That(await mail.CountAsync("inbound_ledger"), Is.Zero);
    }

    static Task<long> ModSeqAsync(Mailbox mail) =>
        mail.ScalarAsync<long>("select modseq from inboxes where address = 'ann@example.test'");

    static Task<IReadOnlyList<MessageId>> DeliverAsync(
        MailStore store, Mailbox mail, string text, params string[] recipients) =>
        DeliverAsync(store, mail, text, recipients, "zoe@elsewhere.test");

    static async Task<IReadOnlyList<MessageId>> DeliverAsync(
        MailStore store, Mailbox mail, string text, string[] recipients, string reversePath)
    {
        await using var received = await mail.ReceiveAsync(text);
        // As every host adds its own trace.
        await using var message = await mail.ReceiveAsync($"Received: by host; {Guid.NewGuid()}\r\n" + text);
        return await store.Arrivals.DeliverAsync(
            new(recipients, message, KeywordSet.Empty, "zoe@elsewhere.test") { Received = new(reversePath, received) },
            default);
    }
}
