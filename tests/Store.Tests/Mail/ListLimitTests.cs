using AgentPost.Store.Access;
using AgentPost.Store.Events;
using AgentPost.Store.Model;
using AgentPost.Store.Sending;

namespace AgentPost.Store.Tests.Mail;

/// <summary>Each list takes as many items as its limit allows, refuses one more without any change, and takes one again
/// when another is gone.</summary>
public sealed class ListLimitTests
{
    const int Limit = 6;

    static readonly ListLimits Limits = new()
    {
        Folders = Limit,
        Subscriptions = Limit,
        Drafts = Limit,
        Annotations = Limit,
        Inboxes = Limit,
        RulesPerInbox = Limit,
        RulesPerOrganization = Limit,
        KeysPerKey = Limit,
        KeysPerOrganization = Limit * 2,
        WebhooksPerKey = Limit,
        WebhooksPerOrganization = Limit * 2,
    };

    [Test]
    public async Task Folders_with_their_parents()
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var store = await OpenAsync(mail);
        // INBOX, Sent, Drafts and Trash are there.
        await RefusedAsync(
            Refusal.FolderLimit, () => store.Folders.CreateAsync(mail.Inbox.Id, Mailbox.Name("a/b/c"), null, default));
        await store.Folders.CreateAsync(mail.Inbox.Id, Mailbox.Name("a/b"), null, default);
        await RefusedAsync(
            Refusal.FolderLimit, () => store.Folders.CreateAsync(mail.Inbox.Id, Mailbox.Name("c"), null, default));
        await RefusedAsync(
            Refusal.FolderLimit, () =>
                store.Folders.RenameAsync(mail.Inbox.Id, FolderName.Inbox, Mailbox.Name("old"), default));
        await RefusedAsync(
            Refusal.FolderLimit, () =>
                store.Folders.RenameAsync(mail.Inbox.Id, Mailbox.Name("a/b"), Mailbox.Name("x/y"), default));
        await store.Folders.RenameAsync(mail.Inbox.Id, Mailbox.Name("a/b"), Mailbox.Name("a/c"), default);
        Assert.That(await mail.CountAsync("folders"), Is.EqualTo(Limit));
        await store.Folders.DeleteAsync(mail.Inbox.Id, Mailbox.Name("a/c"), default);
        await store.Folders.CreateAsync(mail.Inbox.Id, Mailbox.Name("c"), null, default);
    }

    [Test]
    public async Task Subscriptions_of_many_connections_at_once()
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var store = await OpenAsync(mail);
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => IsRefusedAsync(
            Refusal.SubscriptionLimit, () =>
                store.Folders.SubscribeAsync(mail.Inbox.Id, Mailbox.Name($"name{i}"), default))));
        Assert.That(results.Count(isRefused => !isRefused), Is.EqualTo(Limit - 4));
        Assert.That(await mail.CountAsync("subscriptions"), Is.EqualTo(Limit));
        await store.Folders.SubscribeAsync(mail.Inbox.Id, FolderName.Inbox, default);
        await store.Folders.UnsubscribeAsync(mail.Inbox.Id, FolderName.Sent, default);
        await store.Folders.SubscribeAsync(mail.Inbox.Id, Mailbox.Name("other"), default);
    }

    [Test]
    public async Task Drafts_by_append_copy_move_and_import()
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var store = await OpenAsync(mail);
        var (inbox, drafts) = (await mail.FolderAsync("INBOX"), await mail.FolderAsync("Drafts"));
        await mail.AppendAsync("INBOX", "one", "two");
        for (var i = 0; i < Limit; i++)
        {
            await AppendAsync(store, mail, drafts, $"draft {i}");
        }
        await RefusedAsync(Refusal.DraftLimit, () => AppendAsync(store, mail, drafts, "one more"));
        await RefusedAsync(
            Refusal.DraftLimit, () => store.Copies.CopyAsync(inbox, new Uid[] { new(1) }, drafts.Folder, default));
        await RefusedAsync(
            Refusal.DraftLimit, () => store.Copies.MoveAsync(inbox, new Uid[] { new(1) }, drafts.Folder, default));
        Assert.That((await mail.EntriesAsync("Drafts")).Length, Is.EqualTo(Limit));
        Assert.That((await mail.EntriesAsync("INBOX")).Length, Is.EqualTo(2));

        // A new text of a draft takes the place of the old one.
        await using (var message = await mail.ReceiveAsync("Subject: changed\r\n\r\n"))
        {
            await store.Appends.ReplaceAsync(
                drafts, new(3), drafts.Folder, new(message, SystemFlags.Draft, KeywordSet.Empty, null), default);
        }
        await store.Expunges.ExpungeAsync(drafts, new Uid[] { new(1) }, default);
        await AppendAsync(store, mail, drafts, "fits");
        await RefusedAsync(Refusal.DraftLimit, () => AppendAsync(store, mail, drafts, "one more"));
    }

    [Test]
    public async Task Annotations_of_all_folders_together()
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var store = await mail.OpenAsync(
            options => options with { ListLimits = new() { Annotations = Limit } });
        var inbox = await mail.FolderAsync("INBOX");
        await SetAsync(null, "a", "b");
        await SetAsync(inbox.Folder, "a", "b", "c", "d");
        await RefusedAsync(Refusal.AnnotationLimit, () => SetAsync(inbox.Folder, "e"));
        await RefusedAsync(Refusal.AnnotationLimit, () => SetAsync(null, "e"));
        await SetAsync(inbox.Folder, "d");
        await RefusedAsync(
            Refusal.AnnotationLimit, () =>
                store.Folders.RenameAsync(mail.Inbox.Id, FolderName.Inbox, Mailbox.Name("copied"), default));
        Assert.That(await mail.CountAsync("annotations"), Is.EqualTo(Limit));
        await store.Annotations.SetAsync(mail.Inbox.Id, inbox.Folder, [new("/private/a", null)], default);
        await SetAsync(null, "e");

        Task SetAsync(FolderId? folder, params string[] names) => store.Annotations.SetAsync(
            mail.Inbox.Id, folder,
            [.. names.Select(name => new KeyValuePair<string, byte[]?>($"/private/{name}", [1]))], default);
    }

    [Test]
    public async Task Inboxes()
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var store = await OpenAsync(mail);
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => IsRefusedAsync(
            Refusal.InboxLimit, () => store.Accounts.CreateInboxAsync($"i{i}@example.test", null, default))));
        Assert.That(results.Count(isRefused => !isRefused), Is.EqualTo(Limit - 1));
        await store.Accounts.DeleteInboxAsync("ann@example.test", default);
        await store.Accounts.CreateInboxAsync("ann@example.test", null, default);
    }

    [Test]
    public async Task Rules_of_keys_and_not_those_of_the_operator([Values] PolicyLevel level)
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var store = await OpenAsync(mail);
        var results = await Task.WhenAll(
            Enumerable.Range(0, 9).Select(i => IsRefusedAsync(Refusal.RuleLimit, () => AddAsync($"d{i}.test"))));
        Assert.That(results.Count(isRefused => !isRefused), Is.EqualTo(level is PolicyLevel.Operator ? 9 : Limit));
        var kept = (await store.SendingRules.ListAsync(default))[0];
        Assert.That(await AddAsync(kept.Pattern), Is.EqualTo(kept.Id), "A rule that exists is changed.");
        await store.SendingRules.RemoveAsync(kept.Id, default);
        await AddAsync("other.test");

        Task<RuleId> AddAsync(string pattern) => store.SendingRules.AddAsync(
            new(level, RuleAction.Block, pattern) { Inbox = level is PolicyLevel.Inbox ? "ann@example.test" : null },
            default);
    }

    [Test]
    public async Task Keys_that_a_key_makes_itself_or_by_way_of_others()
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var store = await OpenAsync(mail);
        var (root, other) = (await MakeAsync(null), await MakeAsync(null));
        var last = root;
        for (var i = 0; i < Limit; i++)
        {
            last = await MakeAsync(last);
        }
        await RefusedAsync(Refusal.KeyLimit, () => MakeAsync(last));
        await RefusedAsync(Refusal.KeyLimit, () => MakeAsync(root));
        await store.Accounts.RevokeKeyAsync(last, default);
        await MakeAsync(root);

        // 2 of the operator, 6 of the first family: 4 are left of the organization's 12.
        var results = await Task.WhenAll(
            Enumerable.Range(0, Limit).Select(_ => IsRefusedAsync(Refusal.KeyLimit, () => MakeAsync(other))));
        Assert.That(results.Count(isRefused => !isRefused), Is.EqualTo(4));
        await MakeAsync(null);

        async Task<KeyId> MakeAsync(KeyId? maker) =>
            (await store.Accounts.CreateKeyAsync(new([Scope.KeysWrite], [], null, null) { Maker = maker }, default))
                .Key.Id;
    }

    [Test]
    public async Task Keys_that_have_ended_do_not_lengthen_the_list_for_ever()
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var store = await OpenAsync(mail);
        var root = (await store.Accounts.CreateKeyAsync(new([Scope.KeysWrite], [], null, null), default)).Key.Id;
        var made = new List<KeyId>();
        for (var i = 0; i < 3 * Limit; i++)
        {
            made.Add(
                (await store.Accounts.CreateKeyAsync(new([Scope.KeysWrite], [], null, null) { Maker = root }, default))
                    .Key.Id);
            await store.Accounts.RevokeKeyAsync(made[^1], default);
        }
        var kept = (await store.Accounts.ListKeysAsync(default)).Select(key => key.Id).Where(key => key != root)
            .ToList();
        Assert.That(kept, Is.EquivalentTo(made.TakeLast(Limit + 1)), "The newest are kept.");
    }

    [Test]
    public async Task Webhooks_of_a_key_and_of_the_organization()
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var store = await OpenAsync(mail);
        var keys = new List<KeyId>();
        for (var i = 0; i < 3; i++)
        {
            keys.Add((await store.Accounts.CreateKeyAsync(new([Scope.WebhooksWrite], [], null, null), default)).Key.Id);
        }
        var child = (await store.Accounts.CreateKeyAsync(new([Scope.WebhooksWrite], [], null, null) { Maker = keys[0] }, default)).Key.Id;
        for (var i = 0; i < Limit; i++)
        {
            await MakeAsync(i % 2 == 0 ? keys[0] : child);
        }
        await RefusedAsync(Refusal.WebhookLimit, () => MakeAsync(keys[0]));
        await RefusedAsync(Refusal.WebhookLimit, () => MakeAsync(child));
        for (var i = 0; i < Limit; i++)
        {
            await MakeAsync(keys[1]);
        }
        await RefusedAsync(Refusal.WebhookLimit, () => MakeAsync(keys[2]));
        Assert.That(await mail.CountAsync("webhooks"), Is.EqualTo(2 * Limit));

        Task<Webhook> MakeAsync(KeyId key) => store.Webhooks.CreateAsync(
            new(mail.Inbox.Organization, "https://hooks.example.com/", new(null, null, Scope.All)) { Key = key },
            default);
    }

    [TestCase("known_senders (inbox_id, address, first_at, last_at)", "'{0}', 'a' || i, now(), now() - i * interval '1 minute'", "address <> all (array['a1', 'a2', 'a3', 'a4', 'a5', 'a6'])")]
    [TestCase("known_recipients (inbox_id, address, ordinal, first_at, last_at)", "'{0}', 'a' || i, i, now(), now() - i * interval '1 minute'", "address <> all (array['a1', 'a2', 'a3', 'a4', 'a5', 'a6'])")]
    [TestCase("awaited_messages (inbox_id, internet_message_id, thread_id)", "'{0}', 'a' || i, gen_random_uuid()", "false")]
    [TestCase("suppressions (organization_id, address, reason, created_at)", "'{1}', 'a' || i, '', now() - i * interval '1 minute'", "address <> all (array['a1', 'a2', 'a3', 'a4', 'a5', 'a6'])")]
    public async Task What_is_remembered_of_others_is_the_newest(string table, string values, string tooOld)
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var store = await mail.OpenAsync(
            options => options with { ListLimits = new() { Remembered = Limit } });
        var row = string.Format(
            System.Globalization.CultureInfo.InvariantCulture, values, mail.Inbox.Id.Value,
            mail.Inbox.Organization.Value);
        await mail.ScalarAsync<long>(
            $"with made as (insert into {table} select {row} from generate_series(1, 20) i returning 1) select count(*) from made");

        await store.Retention.PurgeAsync(TimeSpan.Zero, default);

        var name = table[..table.IndexOf(' ', StringComparison.Ordinal)];
        Assert.That(await mail.CountAsync(name), Is.EqualTo(Limit));
        Assert.That(await mail.CountAsync($"{name} where {tooOld}"), Is.Zero);
    }

    static Task<MailStore> OpenAsync(Mailbox mail) => mail.OpenAsync(options => options with { ListLimits = Limits });

    static async Task AppendAsync(MailStore store, Mailbox mail, FolderKey folder, string subject)
    {
        await using var message = await mail.ReceiveAsync($"Subject: {subject}\r\n\r\n");
        await store.Appends.AppendAsync(folder, [new(message, SystemFlags.Draft, KeywordSet.Empty, null)], default);
    }

    static async Task RefusedAsync(Refusal refusal, Func<Task> action) =>
        Assert.That(await IsRefusedAsync(refusal, action), Is.True, $"not refused: {refusal}");

    static async Task<bool> IsRefusedAsync(Refusal refusal, Func<Task> action)
    {
        try
        {
            await action();
            return false;
        }
        catch (StoreRefusedException refused) when (refused.Refusal == refusal)
        {
            return true;
        }
    }
}
