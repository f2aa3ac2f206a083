using AgentPost.Store.Access;
using AgentPost.Store.Inbound;
using AgentPost.Store.Model;
using AgentPost.Store.Sending;

namespace AgentPost.Store.Tests.Mail;

/// <summary>
/// An international domain in Unicode and as the DNS has it is one domain, for everything that is known about an
/// address.
/// </summary>
[TestFixture("straße.example", "xn--strae-oqa.example")]
[TestFixture("xn--strae-oqa.example", "straße.example")]
[TestFixture("bücher.example", "XN--BCHER-KVA.example")]
[TestFixture("xn--bcher-kva.example", "BU\u0308CHER.example")]
public sealed class InternationalDomainTests(string domain, string other)
{
    Mailbox _mail = null!;
    MailStore _store = null!;
    Inbox _inbox = null!;

    [SetUp]
    public async Task CreateAsync()
    {
        _mail = await Mailbox.CreateAsync();
        _store = await _mail.OpenAsync(options => options with { Domains = [domain, "example.test"] });
        _inbox = await _store.Accounts.CreateInboxAsync($"agent@{domain}", null, default);
    }

    [TearDown]
    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        await _mail.DisposeAsync();
    }

    [Test]
    public async Task Both_spellings_name_one_inbox_everywhere()
    {
        var key = await _store.Accounts.CreateKeyAsync(new(Scope.All, [$"agent@{other}"], null, null), default);
        var login = await _store.Accounts.AuthenticateAsync($"Agent+x@{other}", key.Secret, default);
        Assert.That(login?.Inbox.Id, Is.EqualTo(_inbox.Id));
        Assert.That((await _store.Accounts.FindInboxAsync($"agent@{other}", default))?.Id, Is.EqualTo(_inbox.Id));
        Assert.That((await _store.Organizations.FindInboxAsync($"agent@{other}", default))?.Id, Is.EqualTo(_inbox.Id));
        var access = await _store.Organizations.FindAccessAsync(key.Secret, $"agent@{other}", default);
        Assert.That(access.Inbox?.Id, Is.EqualTo(_inbox.Id));
        Assert.That(await _store.Arrivals.FindAsync($"agent+x@{other}", default), Is.EqualTo(RecipientPlace.Inbox));
        Assert.That(
            await _store.Arrivals.FindAsync($"nobody@{other}", default), Is.EqualTo(RecipientPlace.UnknownHere));
        Assert.That(
            async () => await _store.Accounts.CreateInboxAsync($"agent@{other}", null, default),
            Throws.TypeOf<StoreRefusedException>().With.Property("Refusal").EqualTo(Refusal.InboxExists));
    }

    [Test]
    public async Task Mail_under_the_other_spelling_arrives_and_may_be_sent()
    {
        await using var message = await _mail.ReceiveAsync($"From: agent@{other}\r\nMessage-ID: <m@x>\r\n\r\nx\r\n");
        await _store.Submissions.SubmitAsync(
            new(_inbox, "", [$"agent+tag@{other}", $"agent@{domain}"], default, message), default);
        var folder = await _store.Folders.FindAsync(_inbox.Id, FolderName.Inbox, default);
        using var lease = await _store.Live.OpenAsync(new(_inbox.Id, folder!.Id), default);
        Assert.That(lease.Folder.Current.Count, Is.EqualTo(1));
        Assert.That(await _mail.CountAsync("queue"), Is.Zero);
    }

    [TestCase("bob@{0}")]
    [TestCase("{0}")]
    [TestCase("*.{1}")]
    public async Task A_rule_holds_for_every_spelling(string pattern)
    {
        await _store.SendingRules.AddAsync(
            new(PolicyLevel.Operator, RuleAction.Block, string.Format(null, pattern, $"remote.{domain}", domain)),
            default);
        foreach (var recipient in new[] { $"bob@remote.{domain}", $"bob@remote.{other}", $"Bob+x@REMOTE.{other}" })
        {
            Assert.That(
                await _store.SendPolicy.CheckAsync(_inbox.Id, recipient, [], default), Is.Not.Null, recipient);
        }
    }

    [Test]
    public async Task A_suppressed_address_is_suppressed_in_every_spelling()
    {
        await _mail.ExecuteAsync(
            $"""
            insert into suppressions (organization_id, address, reason, created_at)
            select organization_id, 'bob@remote.{domain}', 'gone', now() from organizations
            """);
        Assert.That(
            await _store.SendPolicy.CheckAsync(_inbox.Id, $"bob@remote.{other}", [], default), Is.Not.Null);
        Assert.That(await _store.Suppressions.RemoveAsync($"Bob@remote.{other}", default), Is.True);
    }
}
