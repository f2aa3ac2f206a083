using AgentPost.Store.Access;
using AgentPost.Store.Model;
using AgentPost.Store.Sending;
using AgentPost.Support;
using Npgsql;

namespace AgentPost.Store.Tests;

public sealed class AccountsTests
{
    static readonly CancellationToken None = CancellationToken.None;

    TestDatabase _database;
    MailStore _store;

    Accounts Accounts => _store.Accounts;

    [SetUp]
    public async Task OpenAsync()
    {
        _database = await Postgres.Instance.CreateDatabaseAsync();
        _store = await _database.OpenStoreAsync();
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await _store.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Test]
    public async Task A_new_inbox_has_the_four_folders_subscribed()
    {
        var before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var inbox = await Accounts.CreateInboxAsync("Agent@AgentPost.test", "The agent", None);
        Assert.That(inbox.Address.Value, Is.EqualTo("agent@agentpost.test"));
        Assert.That(inbox.Name, Is.EqualTo("The agent"));
        Assert.That(
            await ColumnAsync("select name || coalesce(special_use, '') from folders order by folder_id"),
            Is.EqualTo((string[])["INBOX", "Sent\\Sent", "Drafts\\Drafts", "Trash\\Trash"]));
        Assert.That(await ColumnAsync("select name from subscriptions order by name"), Is.EqualTo((string[])["Drafts", "INBOX", "Sent", "Trash"]));
        Assert.That(await ColumnAsync($"select name from folders where uid_validity < {before}"), Is.Empty);
        Assert.That(await ColumnAsync($"select next_folder_id || ' ' || (last_uid_validity >= {before}) from inboxes"), Is.EqualTo((string[])["5 true"]));
    }

    [TestCase("nonsense")]
    [TestCase("agent+tag@agentpost.test")]
    [TestCase("a b@agentpost.test")]
    public void What_is_no_address_gets_no_inbox(string address) =>
        AssertRefused(Refusal.AddressInvalid, () => Accounts.CreateInboxAsync(address, null, None));

    [Test]
    public async Task Creating_inboxes_keys_and_rules_does_not_wait_for_writers_of_mail()
    {
        await Accounts.CreateInboxAsync("busy@agentpost.test", null, None);
        await using var connection = new NpgsqlConnection(_database.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        // As a writer of mail does, by its foreign keys.
        await using var writer = new NpgsqlCommand("select from organizations for key share", connection, transaction);
        await writer.ExecuteNonQueryAsync();

        await Accounts.CreateInboxAsync("idle@agentpost.test", null, None);
        await Accounts.CreateKeyAsync(new(Scope.All, [], null, ExpiresAt: null), None);
        await _store.SendingRules.AddAsync(new(PolicyLevel.Operator, RuleAction.Block, "example.com"), None);

        await transaction.CommitAsync();
    }

    [Test]
    public async Task An_address_is_given_once_in_any_case()
    {
        await Accounts.CreateInboxAsync("agent@agentpost.test", null, None);
        AssertRefused(Refusal.InboxExists, () => Accounts.CreateInboxAsync("AGENT@agentpost.test", null, None));
    }

    [Test]
    public async Task Text_with_NUL_is_refused_and_does_not_harm_who_gets_the_connection_next()
    {
        // As often as it takes for the statement to be prepared.
        for (var i = 0; i < 12; i++)
        {
            AssertRefused(Refusal.TextInvalid, () => Accounts.CreateKeyAsync(new([Scope.MessagesRead], [], "a\0b", null), None));
        }
        for (var i = 0; i < 12; i++)
        {
            Assert.That((await Accounts.CreateKeyAsync(new([Scope.MessagesRead], [], "text", null), None)).Key.Name, Is.EqualTo("text"));
        }
    }

    [Test]
    public async Task Of_eight_who_create_the_same_inbox_one_succeeds()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            try
            {
                await Accounts.CreateInboxAsync("agent@agentpost.test", null, None);
                return true;
            }
            catch (StoreRefusedException refused) when (refused.Refusal == Refusal.InboxExists)
            {
                return false;
            }
        }));
        Assert.That(outcomes.Count(made => made), Is.EqualTo(1));
        Assert.That(await ColumnAsync("select name from organizations"), Is.EqualTo((string[])["default"]));
    }

    [Test]
    public async Task An_inbox_is_found_by_its_address_and_its_plus_addresses()
    {
        var made = await Accounts.CreateInboxAsync("agent@agentpost.test", null, None);
        Assert.That(await Accounts.FindInboxAsync("AGENT+news@agentpost.test", None), Is.EqualTo(made));
        Assert.That(await Accounts.FindInboxAsync("other@agentpost.test", None), Is.Null);
        Assert.That(await Accounts.FindInboxAsync("nonsense", None), Is.Null);
        Assert.That(await Accounts.ListInboxesAsync(None), Is.EqualTo((Inbox[])[made]));
    }

    [Test]
    public async Task Deleting_an_inbox_leaves_nothing_of_it_and_all_of_the_others()
    {
        var doomed = await Accounts.CreateInboxAsync("doomed@agentpost.test", null, None);
        var kept = await Accounts.CreateInboxAsync("kept@agentpost.test", null, None);
        await FillAsync(doomed.Id);
        await FillAsync(kept.Id);
        await Accounts.DeleteInboxAsync("doomed@agentpost.test", None);
        // Notes become events by themselves.
        foreach (var table in await ColumnAsync(
            "select table_name from information_schema.columns where column_name = 'inbox_id' and table_name <> 'event_notes' order by 1"))
        {
            var inboxes = await ColumnAsync($"select distinct inbox_id::text from {table}");
            Assert.That(inboxes, Is.EqualTo((string[])[kept.Id.Value.ToString()]), table);
        }
        AssertRefused(Refusal.InboxNotFound, () => Accounts.DeleteInboxAsync("doomed@agentpost.test", None));
        AssertRefused(Refusal.InboxNotFound, () => Accounts.DeleteInboxAsync("kept+tag@agentpost.test", None));
    }

    [Test]
    public async Task A_key_opens_every_inbox_unless_it_is_limited()
    {
        var one = await Accounts.CreateInboxAsync("one@agentpost.test", null, None);
        await Accounts.CreateInboxAsync("two@agentpost.test", null, None);
        var wide = await Accounts.CreateKeyAsync(new([Scope.MessagesRead], [], "wide", null), None);
        var narrow = await Accounts.CreateKeyAsync(new([Scope.MessagesWrite, Scope.MessagesRead], ["ONE@agentpost.test"], null, null), None);

        Assert.That(narrow.Secret, Does.Match("^ap_sk_[0-9A-Za-z]{43}$"));
        Assert.That(narrow.Key.Inboxes, Is.EqualTo((InboxId[])[one.Id]));
        var login = await Accounts.AuthenticateAsync("One+tag@AgentPost.test", narrow.Secret, None);
        Assert.That(login?.Inbox, Is.EqualTo(one));
        Assert.That(login?.Key.Scopes, Is.EqualTo((string[])[Scope.MessagesRead, Scope.MessagesWrite]));
        Assert.That(login?.May(Scope.KeysWrite), Is.False);
        Assert.That(await Accounts.AuthenticateAsync("two@agentpost.test", narrow.Secret, None), Is.Null);
        Assert.That(await Accounts.AuthenticateAsync("two@agentpost.test", wide.Secret, None), Is.Not.Null);
        Assert.That((await Accounts.ListKeysAsync(None)).Select(key => key.Id), Is.EqualTo((KeyId[])[wide.Key.Id, narrow.Key.Id]));
        Assert.That(await ColumnAsync($"select name from keys where position('{narrow.Secret[6..]}'::bytea in secret_sha256) > 0"), Is.Empty);
    }

    [Test]
    public async Task Wrong_users_and_wrong_keys_open_nothing()
    {
        await Accounts.CreateInboxAsync("agent@agentpost.test", null, None);
        var key = await Accounts.CreateKeyAsync(new(Scope.All, [], null, null), None);
        Assert.That(await Accounts.AuthenticateAsync("agent@agentpost.test", key.Secret + "x", None), Is.Null);
        Assert.That(await Accounts.AuthenticateAsync("agent@agentpost.test", "", None), Is.Null);
        Assert.That(await Accounts.AuthenticateAsync("agent@agentpost.test", key.Secret.ToUpperInvariant(), None), Is.Null);
        Assert.That(await Accounts.AuthenticateAsync("other@agentpost.test", key.Secret, None), Is.Null);
        Assert.That(await Accounts.AuthenticateAsync("", key.Secret, None), Is.Null);
        Assert.That(await Accounts.AuthenticateAsync("agent@agentpost.test\0", key.Secret + "\0", None), Is.Null);
    }

    [Test]
    public async Task A_key_asks_for_known_scopes_and_inboxes()
    {
        AssertRefused(Refusal.ScopeUnknown, () => Accounts.CreateKeyAsync(new(["messages:all"], [], null, null), None));
        AssertRefused(Refusal.ScopeUnknown, () => Accounts.CreateKeyAsync(new([], [], null, null), None));
        AssertRefused(Refusal.InboxNotFound, () => Accounts.CreateKeyAsync(new(Scope.All, ["nobody@agentpost.test"], null, null), None));
        Assert.That(await Accounts.ListKeysAsync(None), Is.Empty);
    }

    [Test]
    public async Task A_given_secret_makes_one_key_ever()
    {
        await Accounts.CreateInboxAsync("agent@agentpost.test", null, None);
        var request = new KeyRequest(Scope.All, [], "bootstrap", null, "ap_sk_given");
        var made = await Accounts.CreateKeyAsync(request, None);
        Assert.That(await Accounts.AuthenticateAsync("agent@agentpost.test", "ap_sk_given", None), Is.Not.Null);
        await Accounts.RevokeKeyAsync(made.Key.Id, None);
        AssertRefused(Refusal.KeyExists, () => Accounts.CreateKeyAsync(request, None));
    }

    [Test]
    public async Task Revoked_and_expired_keys_end_their_logins()
    {
        var inbox = await Accounts.CreateInboxAsync("agent@agentpost.test", null, None);
        var other = await Accounts.CreateInboxAsync("other@agentpost.test", null, None);
        var good = await Accounts.CreateKeyAsync(new(Scope.All, [], null, DateTimeOffset.UtcNow.AddHours(1)), None);
        var revoked = await Accounts.CreateKeyAsync(new(Scope.All, [], null, null), None);
        var expired = await Accounts.CreateKeyAsync(new(Scope.All, [], null, DateTimeOffset.UtcNow.AddSeconds(-1)), None);
        await Accounts.RevokeKeyAsync(revoked.Key.Id, None);
        await Accounts.RevokeKeyAsync(revoked.Key.Id, None);
        await Accounts.DeleteInboxAsync("other@agentpost.test", None);

        Assert.That(await Accounts.AuthenticateAsync("agent@agentpost.test", good.Secret, None), Is.Not.Null);
        Assert.That(await Accounts.AuthenticateAsync("agent@agentpost.test", revoked.Secret, None), Is.Null);
        Assert.That(await Accounts.AuthenticateAsync("agent@agentpost.test", expired.Secret, None), Is.Null);
        (KeyId, InboxId)[] ended = [(revoked.Key.Id, inbox.Id), (expired.Key.Id, inbox.Id), (good.Key.Id, other.Id), (KeyId.New(), inbox.Id)];
        Assert.That(await Accounts.FindEndedAsync([(good.Key.Id, inbox.Id), .. ended], None), Is.EquivalentTo(ended));
        Assert.That(await Accounts.FindEndedAsync([], None), Is.Empty);
        AssertRefused(Refusal.KeyNotFound, () => Accounts.RevokeKeyAsync(KeyId.New(), None));
    }

    [TestCase("billing@bank.example", "agentpost.test", false)]
    [TestCase("ann@sub.agentpost.test", "agentpost.test", false)]
    [TestCase("ann@AgentPost.test", "agentpost.test", true)]
    [TestCase("ann@example.com", "Example.COM.", true)]
    [TestCase("ann@bücher.example", "xn--bcher-kva.example", true)]
    [TestCase("ann@xn--bcher-kva.example", "bücher.example", true)]
    public async Task Inboxes_are_created_in_the_domains_of_the_server_only(string address, string own, bool isCreated)
    {
        await using var store = await _database.OpenStoreAsync(options => options with { Domains = [own] });
        if (isCreated)
        {
            await store.Accounts.CreateInboxAsync(address, null, None);
            return;
        }
        AssertRefused(Refusal.DomainNotOwned, () => store.Accounts.CreateInboxAsync(address, null, None));
        Assert.That(await store.Accounts.ListInboxesAsync(None), Is.Empty);

        var domain = address[(address.LastIndexOf('@') + 1)..];
        await store.Domains.AddAsync(domain, [], None);
        await store.Accounts.CreateInboxAsync(address, null, None);

        await store.Domains.RemoveAsync(domain, None);
        AssertRefused(Refusal.InboxExists, () => store.Accounts.CreateInboxAsync(address, null, None));
        Assert.That(await store.Domains.FindForeignAsync(None), Is.EqualTo([(domain, 1L)]));
    }

    [Test]
    public async Task A_key_ends_when_its_time_comes()
    {
        var clock = new SettableClock();
        await using var store = await _database.OpenStoreAsync(clock);
        var inbox = await store.Accounts.CreateInboxAsync("agent@agentpost.test", null, None);
        var key = await store.Accounts.CreateKeyAsync(new(Scope.All, [], null, clock.Now.AddDays(90)), None);
        Assert.That(await store.Accounts.AuthenticateAsync("agent@agentpost.test", key.Secret, None), Is.Not.Null);
        Assert.That(await store.Accounts.FindEndedAsync([(key.Key.Id, inbox.Id)], None), Is.Empty);
        clock.Now = clock.Now.AddDays(90);
        Assert.That(await store.Accounts.AuthenticateAsync("agent@agentpost.test", key.Secret, None), Is.Null);
        Assert.That(await store.Accounts.FindEndedAsync([(key.Key.Id, inbox.Id)], None), Is.EqualTo(((KeyId, InboxId)[])[(key.Key.Id, inbox.Id)]));
    }

    static void AssertRefused(Refusal refusal, Func<Task> action) =>
        Assert.That(async () => await action(), Throws.TypeOf<StoreRefusedException>().With.Property(nameof(StoreRefusedException.Refusal)).EqualTo(refusal));

    // A row in every table that holds mail.
    Task FillAsync(InboxId inbox) => ExecuteAsync(
        $"""
        insert into keywords values ('{inbox.Value}', 1, 'word');
        insert into messages (inbox_id, message_id, thread_id, size, received_at, header, envelope, body_structure, parts, preview, octets)
            values ('{inbox.Value}', '{inbox.Value}', '{inbox.Value}', 1, now(), '', '', '', '', '', '');
        insert into message_chunks values ('{inbox.Value}', '{inbox.Value}', 1, 'x');
        insert into message_texts values ('{inbox.Value}', '{inbox.Value}', '', '', '', '', '', '', '');
        insert into entries values ('{inbox.Value}', 1, 1, '{inbox.Value}', 0, null, 2, 1, now(), now());
        insert into tombstones values ('{inbox.Value}', 1, 2, '{inbox.Value}', 0, null, 2, 1, now(), now(), now());
        insert into changes values ('{inbox.Value}', 1, 2, '1', '2');
        insert into annotations values ('{inbox.Value}', 1, '/private/comment', 'Mine');
        insert into awaited_messages values ('{inbox.Value}', 'awaited@elsewhere.test', '{inbox.Value}');
        insert into sent_copies values ('{inbox.Value}', 1, null, '', now(), false, now(), null);
        insert into inbound_ledger values ('{inbox.Value}', '', '{inbox.Value}', now());
        insert into sending_rules (rule_id, organization_id, level, inbox_id, action, pattern)
            select gen_random_uuid(), organization_id, 'inbox', inbox_id, 'block', '*' from inboxes where inbox_id = '{inbox.Value}';
        insert into submissions (inbox_id, message_id, organization_id, thread_id, submitted_at, content_sha256, ordinal)
            values ('{inbox.Value}', '{inbox.Value}', '{inbox.Value}', '{inbox.Value}', now(), '', 1);
        insert into known_recipients (inbox_id, address, first_at, ordinal) values ('{inbox.Value}', 'a@elsewhere.test', now(), 1);
        insert into known_senders values ('{inbox.Value}', 'a@elsewhere.test', now());
        insert into surfaces (inbox_id, is_active, from_address, imap_host, imap_port, imap_secure, imap_username, imap_password, smtp_host, smtp_port, smtp_secure,
            smtp_username, smtp_password, mailbox, poll_interval_minutes, watched_from, next_poll_at)
            values ('{inbox.Value}', false, '', '', 1, true, '', '', '', 1, true, '', '', '', 1, now(), now());
        insert into surface_messages values ('{inbox.Value}', '');
        insert into events (organization_id, event_id, inbox_id, type, occurred_at, data)
            values ('{inbox.Value}', gen_random_uuid(), '{inbox.Value}', 'message.flags', now(), '');
        insert into queue (queue_id, inbox_id, message_id, sent_id, reverse_path, recipient, destination, released_at)
            values (gen_random_uuid(), '{inbox.Value}', '{inbox.Value}', '{inbox.Value}', '', 'a@elsewhere.test', 'elsewhere.test', now())
        """);

    async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_database.ConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    async Task<List<string>> ColumnAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_database.ConnectionString);
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var values = new List<string>();
        while (await reader.ReadAsync())
        {
            values.Add(reader.GetString(0));
        }
        return values;
    }
}
