using AgentPost.Store.Access;
using AgentPost.Store.Model;
using AgentPost.Store.Sending;

namespace AgentPost.Store.Tests.Mail;

public sealed class SendPolicyTests
{
    [TestCase("block *", "bob@example.com", true)]
    [TestCase("block *, allow example.com", "bob@example.com", false)]
    [TestCase("block *, allow example.com", "bob@mail.example.com", true)]
    [TestCase("block *, allow *.example.com", "bob@a.b.example.com", false)]
    [TestCase("block *, allow *.example.com", "bob@example.com", true)]
    [TestCase("allow example.com, block bob@example.com", "BOB@Example.COM", true)]
    [TestCase("allow example.com, block bob@example.com", "bob+tag@example.com", true)]
    [TestCase("block bob@example.com, allow bob+tag@example.com", "bob+tag@example.com", false)]
    [TestCase("block *.com, allow *.example.com", "bob@mail.example.com", false)]
    [TestCase("allow *.com, block *.example.com", "bob@mail.example.com", true)]
    [TestCase("block example.com", "bob@notexample.com", false)]
    [TestCase("block example.com, allow! example.com", "bob@example.com", false)]
    [TestCase("block! *, allow example.com", "bob@example.com", false)]
    [TestCase("block example.com, allow example.com", "bob@example.com", false)]
    [TestCase("block a..b@example.com", "\"a..b\"@example.com", true)]
    [TestCase("block \"a..b\"@example.com", "\"A..b\"@example.com", true)]
    [TestCase("block \"bob\"@example.com", "bob@example.com", true)]
    [TestCase("block bob..@example.com", "\"bob..+tag\"@example.com", true)]
    public async Task The_most_specific_rule_decides(string rules, string recipient, bool isRefused)
    {
        await using var mail = await Mailbox.CreateAsync();
        foreach (var rule in rules.Split(", "))
        {
            // "!": for the inbox alone.
            var words = rule.Split(' ');
            await mail.Store.SendingRules.AddAsync(
                new(
                    PolicyLevel.Operator, words[0].StartsWith("allow", StringComparison.Ordinal)
                        ? RuleAction.Allow
                        : RuleAction.Block, words[1])
                {
                    Inbox = words[0].EndsWith('!') ? "ann@example.test" : null,
                },
                default);
        }
        var refusal = await mail.Store.SendPolicy.CheckAsync(mail.Inbox.Id, recipient, [], default);
        Assert.That(refusal is not null, Is.EqualTo(isRefused));
        Assert.That(refusal?.Reason ?? "rul_ (block ", Does.Contain("rul_").And.Contain("(block "));
    }

    [Test]
    public async Task A_recipient_must_be_allowed_on_every_level(
        [Values("", "allow", "block")] string byOperator, [Values("", "allow", "block")] string byOrganization,
        [Values("", "allow", "block")] string byInbox)
    {
        await using var mail = await Mailbox.CreateAsync();
        (PolicyLevel Level, string Action)[] levels = [
            (PolicyLevel.Operator, byOperator), (PolicyLevel.Organization, byOrganization),
            (PolicyLevel.Inbox, byInbox)];
        var ids = new Dictionary<PolicyLevel, RuleId>();
        foreach (var (level, action) in levels.Where(level => level.Action.Length > 0))
        {
            // The lower the level, the more specific the rule: it must not win over those above.
            ids[level] = await mail.Store.SendingRules.AddAsync(
                new(
                    level, action == "allow"
                        ? RuleAction.Allow
                        : RuleAction.Block, new[] { "*", "example.com", "bob@example.com" }[(int)level])
                {
                    Inbox = level is PolicyLevel.Inbox ? "ann@example.test" : null,
                },
                default);
        }
        var refusal = await mail.Store.SendPolicy.CheckAsync(mail.Inbox.Id, "bob@example.com", [], default);

        var blocking = levels.Where(level => level.Action == "block").Select(level => (PolicyLevel?)level.Level)
            .FirstOrDefault();
        Assert.That(refusal is not null, Is.EqualTo(blocking is not null));
        Assert.That(
            refusal?.Reason ?? "", blocking is { } highest
                ? Does.Contain($"{ids[highest]}").And.Contain($"of the {highest.ToWord()}")
                : Is.Empty);
    }

    [TestCase("")]
    [TestCase("two words@example.com")]
    [TestCase("@example.com")]
    [TestCase("*@example.")]
    [TestCase("*.")]
    [TestCase("ex*mple.com")]
    public async Task What_is_no_pattern_is_refused(string pattern)
    {
        await using var mail = await Mailbox.CreateAsync();
        Assert.That(
            async () =>
                await mail.Store.SendingRules.AddAsync(new(PolicyLevel.Operator, RuleAction.Block, pattern), default),
            Throws.TypeOf<StoreRefusedException>().With.Property("Refusal").EqualTo(Refusal.PatternInvalid));
    }

    [Test]
    public async Task A_pause_of_inbox_or_organization_names_its_reason_until_it_ends()
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.Store.SendingRules.PauseOrganizationAsync("maintenance", default);
        Assert.That(await ReasonAsync(mail, "a@b.test"), Is.EqualTo("sending is paused by the operator: maintenance"));
        await mail.Store.SendingRules.PauseInboxAsync(
            "ann@example.test", PolicyLevel.Operator, "under review", default);
        Assert.That(await ReasonAsync(mail, "a@b.test"), Is.EqualTo("sending is paused by the operator: under review"));
        Assert.That(async () => await SubmitAsync(mail.Store, mail, Text(1), "a@b.test"), Throws.TypeOf<SendRefusedException>());
        await mail.Store.SendingRules.ResumeInboxAsync("ann@example.test", PolicyLevel.Operator, default);
        await mail.Store.SendingRules.PauseOrganizationAsync(null, default);
        Assert.That(await ReasonAsync(mail, "a@b.test"), Is.Null);
    }

    [Test]
    public async Task Many_connections_of_two_hosts_together_do_not_pass_the_rate()
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var first = await OpenAsync(mail, new() { MessagesPerMinute = 5 });
        await using var second = await OpenAsync(mail, new() { MessagesPerMinute = 5 });
        var refusals = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => RefusalAsync(() => SubmitAsync(i % 2 == 0 ? first : second, mail, Text(i), "a@b.test"))));
        Assert.That(refusals.Count(refusal => refusal is null), Is.EqualTo(5));
        Assert.That(refusals.OfType<SendRefusal>().Select(refusal => refusal.RetryAfter), Has.All.InRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60)));
        Assert.That(await mail.CountAsync("queue"), Is.EqualTo(5));
        Assert.That((await first.SendPolicy.CheckAsync(mail.Inbox.Id, "a@b.test", [], default))?.Reason, Does.Contain("5 messages a minute"));
    }

    [Test]
    public async Task An_organization_has_a_rate_of_its_own()
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var store = await OpenAsync(mail, new() { OrganizationMessagesPerDay = 1 });
        var bob = await store.Accounts.CreateInboxAsync("bob@example.test", null, default);
        await SubmitAsync(store, mail, Text(1), "a@b.test");
        Assert.That((await store.SendPolicy.CheckAsync(bob.Id, "a@b.test", [], default))?.Reason, Does.Contain("organization"));
    }

    [Test]
    public async Task Many_inboxes_on_two_hosts_together_do_not_pass_the_rate_of_their_organization()
    {
        const int Senders = 6;
        await using var mail = await Mailbox.CreateAsync();
        await using var first = await OpenAsync(mail, new() { OrganizationMessagesPerMinute = 7 });
        await using var second = await OpenAsync(mail, new() { OrganizationMessagesPerMinute = 7 });
        var inboxes = new List<Inbox>();
        for (var i = 0; i < Senders; i++)
        {
            inboxes.Add(await first.Accounts.CreateInboxAsync($"i{i}@example.test", null, default));
        }
        var refusals = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => RefusalAsync(async () =>
        {
            await using var message = await mail.ReceiveAsync(Text(i).Replace("ann@", $"i{i % Senders}@", StringComparison.Ordinal));
            return await (i % 2 == 0 ? first : second).Submissions.SubmitAsync(
                new(inboxes[i % Senders], $"i{i % Senders}@example.test", ["a@b.test"], default, message), default);
        })));
        Assert.That(refusals.Count(refusal => refusal is null), Is.EqualTo(7));
        Assert.That(refusals.OfType<SendRefusal>().Select(refusal => refusal.Reason), Has.All.Contain("7 messages a minute for the organization"));
        Assert.That(await mail.CountAsync("queue"), Is.EqualTo(7));
        Assert.That(await mail.CountAsync("submissions"), Is.EqualTo(7));
    }

    [Test]
    public async Task What_comes_in_does_not_count()
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var store = await OpenAsync(mail, new() { MessagesPerDay = 1 });
        var bob = await store.Accounts.CreateInboxAsync("bob@example.test", null, default);
        await SubmitAsync(store, mail, Text(1), "bob@example.test");
        Assert.That(await store.SendPolicy.CheckAsync(bob.Id, "ann@example.test", [], default), Is.Null);
    }

    [Test]
    public async Task First_time_recipients_have_a_budget_and_known_ones_are_free()
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var store = await OpenAsync(mail, new() { FirstTimeRecipientsPerDay = 2 });
        await SubmitAsync(store, mail, Text(1), "one@b.test");
        Assert.That(await store.SendPolicy.CheckAsync(mail.Inbox.Id, "two@b.test", [], default), Is.Null);
        Assert.That((await store.SendPolicy.CheckAsync(mail.Inbox.Id, "three@b.test", ["two@b.test"], default))?.Reason, Does.Contain("first-time"));
        Assert.That(await store.SendPolicy.CheckAsync(mail.Inbox.Id, "ONE@b.test", ["two@b.test"], default), Is.Null);
    }

    [Test]
    public async Task Replies_in_one_thread_are_bounded_and_other_threads_are_free()
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var store = await OpenAsync(mail, new() { RepliesPerThreadPerHour = 2 });
        await SubmitAsync(store, mail, Text(1), "a@b.test");
        await SubmitAsync(store, mail, "In-Reply-To: <1@x>\r\n" + Text(2), "a@b.test");
        await SubmitAsync(store, mail, "In-Reply-To: <2@x>\r\n" + Text(3), "a@b.test");
        Assert.That(
            (await RefusalAsync(() => SubmitAsync(store, mail, "References: <1@x>\r\n" + Text(4), "a@b.test")))?.Reason, Does.Contain("loop guard"));
        await SubmitAsync(store, mail, "In-Reply-To: <other@x>\r\n" + Text(5), "a@b.test");
    }

    [TestCase("auto-replied", "auto-generated", true)]
    [TestCase("auto-replied", "no", false)]
    [TestCase("no", "auto-replied", false)]
    public async Task An_automatic_message_is_not_answered_automatically(string reply, string first, bool isRefused)
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.AppendAsync(await mail.FolderAsync("INBOX"), $"Auto-Submitted: {first}\r\nMessage-ID: <first@x>\r\n\r\n\r\n");
        var refusal = await RefusalAsync(() => SubmitAsync(mail.Store, mail, $"Auto-Submitted: {reply}\r\nIn-Reply-To: <first@x>\r\n" + Text(1), "a@b.test"));
        Assert.That(refusal is not null, Is.EqualTo(isRefused));
    }

    [Test]
    public async Task A_message_with_a_key_of_this_server_is_refused_in_any_encoding()
    {
        await using var mail = await Mailbox.CreateAsync();
        var key = await mail.Store.Accounts.CreateKeyAsync(new([Scope.MessagesRead], [], null, null), default);
        var encoded = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"Look: {key.Secret}."));
        foreach (var text in new[]
        {
            Text(1) + $"It is {key.Secret}, keep it.\r\n",
            $"X-Note: {key.Secret}\r\n" + Text(2),
            "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n" + Text(3).Split("\r\n\r\n")[0] + "\r\n\r\n" + encoded + "\r\n",
            Text(4) + new string('x', 64 * 1024 - 90) + key.Secret + "\r\n",
        })
        {
            Assert.That((await RefusalAsync(() => SubmitAsync(mail.Store, mail, text, "a@b.test")))?.Reason, Does.Contain(key.Key.Id.ToString()));
        }
        await SubmitAsync(mail.Store, mail, Text(5) + "ap_sk_" + new string('a', 43) + "\r\n", "a@b.test");
        await mail.Store.Accounts.RevokeKeyAsync(key.Key.Id, default);
        await SubmitAsync(mail.Store, mail, Text(6) + key.Secret + "\r\n", "a@b.test");
    }

    [Test]
    public async Task A_message_sent_again_has_the_first_id_and_leaves_once()
    {
        await using var mail = await Mailbox.CreateAsync();
        var first = await SubmitAsync(mail.Store, mail, Text(1), "a@b.test", "ann@example.test");
        Assert.That(await SubmitAsync(mail.Store, mail, Text(1), "ann@example.test", "a@b.test"), Is.EqualTo(first));
        Assert.That(await mail.EntriesAsync("Sent"), Has.Length.EqualTo(1));
        Assert.That(await mail.EntriesAsync("INBOX"), Has.Length.EqualTo(1));
        Assert.That(await mail.CountAsync("queue"), Is.EqualTo(1));
        Assert.That(await SubmitAsync(mail.Store, mail, Text(1), "other@b.test"), Is.Not.EqualTo(first), "other recipients");
        Assert.That(await SubmitAsync(mail.Store, mail, Text(1) + "more\r\n", "a@b.test", "ann@example.test"), Is.Not.EqualTo(first), "other content");
    }

    [Test]
    public async Task An_idempotency_key_makes_messages_one_and_does_not_leave()
    {
        await using var mail = await Mailbox.CreateAsync();
        var first = await SubmitAsync(mail.Store, mail, "X-AgentPost-Idempotency-Key: k1\r\n" + Text(1), "ann@example.test");
        Assert.That(await SubmitAsync(mail.Store, mail, "X-AgentPost-Idempotency-Key: k1\r\n" + Text(2), "a@b.test"), Is.EqualTo(first));
        Assert.That(await mail.TextAsync("INBOX", new(1)), Does.Not.Contain("Idempotency"));
        Assert.That(await mail.CountAsync("queue"), Is.Zero);
    }

    [Test]
    public async Task Connections_that_race_with_one_message_file_it_once()
    {
        await using var mail = await Mailbox.CreateAsync();
        var ids = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => SubmitAsync(mail.Store, mail, Text(1), "a@b.test")));
        Assert.That(ids.Distinct().Count(), Is.EqualTo(1));
        Assert.That(await mail.CountAsync("queue"), Is.EqualTo(1));
    }

    [TestCase("Subject: x\r\n\r\nbody\r\n", "From: ann@example.test\r\nDate: ")]
    [TestCase("Date: x\r\nFrom: ann@example.test\r\n\r\nbody\r\n", "Message-ID: <")]
    [TestCase("", "From: ann@example.test\r\nDate: ")]
    public async Task Missing_fields_come_on_top(string text, string expected)
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var message = await mail.ReceiveAsync(text);
        await using var completed = await mail.Store.Submissions.CompleteHeaderAsync(message, mail.Inbox.Address, default);
        Assert.That(completed, Is.Not.Null);
        await mail.Store.Submissions.SubmitAsync(new(mail.Inbox, "ann@example.test", ["a@b.test"], default, completed), default);
        Assert.That(await mail.TextAsync("Sent", new(1)), Does.StartWith(expected).And.EndWith(text).And.Match("Message-ID: <[0-9a-f]{32}@example.test>\r\n"));
    }

    [Test]
    public async Task A_message_that_has_all_fields_is_left_alone()
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var message = await mail.ReceiveAsync("DATE: x\r\n" + Text(1));
        Assert.That(await mail.Store.Submissions.CompleteHeaderAsync(message, mail.Inbox.Address, default), Is.Null);
    }

    static string Text(int number) => $"From: ann@example.test\r\nMessage-ID: <{number}@x>\r\nSubject: hi\r\n\r\nHello\r\n";

    static Task<MailStore> OpenAsync(Mailbox mail, SendLimits limits) =>
        mail.OpenAsync(options => options with { Limits = limits });

    static async Task<string?> ReasonAsync(Mailbox mail, string recipient) =>
        (await mail.Store.SendPolicy.CheckAsync(mail.Inbox.Id, recipient, [], default))?.Reason;

    static async Task<SendRefusal?> RefusalAsync(Func<Task<MessageId>> submit)
    {
        try
        {
            await submit();
            return null;
        }
        catch (SendRefusedException refused)
        {
            return refused.Refusal;
        }
    }

    static async Task<MessageId> SubmitAsync(MailStore store, Mailbox mail, string text, params string[] recipients)
    {
        await using var message = await mail.ReceiveAsync(text);
        return await store.Submissions.SubmitAsync(new(mail.Inbox, "ann@example.test", recipients, default, message), default);
    }
}
