using AgentPost.Store;
using AgentPost.Store.Access;
using AgentPost.Store.Model;
using AgentPost.Store.Sending;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Api;

/// <summary>
/// Rules and pauses of operator, organization and inbox in every combination, with every kind of key that tries to
/// change them. What is expected is computed by the law: a recipient
/// must be allowed on every level, and a key changes its own level and those below it.
/// </summary>
sealed class LevelMatrixTests : RunningApi
{
    const string Domain = "elsewhere.example";
    const string Recipient = $"bob@{Domain}";
    const string Rules = "/api/v1/filter-rules";

    static readonly PolicyLevel[] Levels = [PolicyLevel.Operator, PolicyLevel.Organization, PolicyLevel.Inbox];
    static readonly RuleAction?[] Actions = [null, RuleAction.Allow, RuleAction.Block];

    MailStore? _store;

    // What the command line does.
    MailStore Operator => _store!;

    [OneTimeSetUp]
    public async Task OpenStore() => _store = await Database.OpenStoreAsync();

    [SetUp]
    public Task RemoveRules() => SetRulesAsync("", [null, null, null]);

    [OneTimeTearDown]
    public async Task CloseStore()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }
    }

    [Test]
    public async Task A_key_changes_rules_of_its_own_level_and_below([Values] KeyKind kind)
    {
        var inbox = await NewInboxAsync();
        using var client = await ClientAsync(kind, inbox);
        await using var smtp = await SmtpDialogue.BeginAsync(Program.ConnectSmtpAsync(CancellationToken.None));
        await smtp.LogInAsync(inbox, Program.Key);

        foreach (var actions in Combinations(Actions))
        {
            var rules = await SetRulesAsync(inbox, actions);
            var blocked = Levels.Where(level => actions[(int)level] is RuleAction.Block).ToHashSet();
            await ExpectAsync(smtp, inbox, blocked.Count == 0, $"{kind}: {Words(actions)}");

            foreach (var level in Levels)
            {
                var context = $"{kind}, {level}: {Words(actions)}";
                // A more specific rule wins on its own level and on no other.
                var made = await client.PostAsync(
                    Rules, new { action = "allow", value = Recipient, inbox, level = level.ToWord() });
                Assert.That(made.Status, Is.EqualTo(May(kind, level) ? 201 : 403), $"{context}\n{made.Text}");
                await ExpectAsync(smtp, inbox, blocked.All(other => other == level && May(kind, level)), context);
                if (made.Status == 201)
                {
                    Assert.That(made["level"].GetString(), Is.EqualTo(level.ToWord()));
                    Assert.That(
                        (await client.DeleteAsync($"{Rules}/{made["id"].GetString()}")).Status, Is.EqualTo(204),
                        context);
                }
                if (rules.TryGetValue(level, out var rule))
                {
                    var removed = await client.DeleteAsync($"{Rules}/{rule}");
                    Assert.That(removed.Status, Is.EqualTo(May(kind, level) ? 204 : 403), $"{context}\n{removed.Text}");
                    await ExpectAsync(smtp, inbox, blocked.All(other => other == level && May(kind, level)), context);
                    rules = await SetRulesAsync(inbox, actions);
                }
            }
        }
    }

    [Test]
    public async Task A_key_lifts_pauses_of_its_own_level_and_below([Values] KeyKind kind)
    {
        var inbox = await NewInboxAsync();
        using var client = await ClientAsync(kind, inbox);
        await using var smtp = await SmtpDialogue.BeginAsync(Program.ConnectSmtpAsync(CancellationToken.None));
        await smtp.LogInAsync(inbox, Program.Key);
        var own = kind is KeyKind.EveryInbox ? PolicyLevel.Organization : PolicyLevel.Inbox;

        foreach (var paused in Combinations([false, true]))
        {
            await SetPausesAsync(inbox, paused);
            var highest = Levels.Where(level => paused[(int)level]).Select(level => (PolicyLevel?)level)
                .FirstOrDefault();
            var context = $"{kind}: {string.Join(' ', paused)}";
            await ExpectAsync(smtp, inbox, highest is null, context);
            var shown = (await client.GetAsync($"/api/v1/inboxes/{inbox}")).EnsureOk();
            Assert.That(
                (shown["send_paused"].GetBoolean(), shown["send_paused_by"].GetString()),
                Is.EqualTo((highest is not null, highest?.ToWord())), context);

            var resumed = await client.PatchAsync($"/api/v1/inboxes/{inbox}", new { send_paused = false });
            var isAbove = highest < own;
            Assert.That(resumed.Status, Is.EqualTo(isAbove ? 403 : 200), $"{context}\n{resumed.Text}");
            await ExpectAsync(smtp, inbox, !isAbove, context);

            var again = (await client.PatchAsync($"/api/v1/inboxes/{inbox}", new { send_paused = true, send_paused_reason = "by key" })).EnsureOk();
            Assert.That(
                again["send_paused_by"].GetString(), Is.EqualTo((isAbove ? highest!.Value : own).ToWord()), context);
        }
    }

    [Test]
    public async Task A_key_for_some_inboxes_cannot_lift_the_organizations_block_of_all()
    {
        var inbox = await NewInboxAsync();
        using var wide = await ClientAsync([Scope.InboxesRead, Scope.InboxesWrite, Scope.MessagesWrite]);
        using var narrow = await ClientAsync([Scope.InboxesRead, Scope.InboxesWrite, Scope.MessagesWrite], inbox);
        var block = (await wide.PostAsync(Rules, new { action = "block", value = "*" })).EnsureOk();
        try
        {
            (await narrow.PostAsync(Rules, new { action = "allow", value = "*", inbox })).EnsureOk();
            (await narrow.PostAsync(Rules, new { action = "allow", value = Recipient, inbox })).EnsureOk();
            var refused = await narrow.PostAsync(
                $"/api/v1/inboxes/{inbox}/messages", new { to = new[] { Recipient }, text_body = "x" });
            refused.EnsureError(403, "sending_refused");
            Assert.That(refused.Text, Does.Contain(block["id"].GetString()));
            (await narrow.DeleteAsync($"{Rules}/{block["id"].GetString()}")).EnsureError(403, "key_limited");
        }
        finally
        {
            (await wide.DeleteAsync($"{Rules}/{block["id"].GetString()}")).EnsureOk();
        }
    }

    public enum KeyKind
    {
        EveryInbox,
        OneInbox,
    }

    static bool May(KeyKind kind, PolicyLevel level) =>
        level >= (kind is KeyKind.EveryInbox ? PolicyLevel.Organization : PolicyLevel.Inbox);

    static IEnumerable<T[]> Combinations<T>(T[] values) =>
        from first in values from second in values from third in values select new[] { first, second, third };

    static string Words(RuleAction?[] actions) =>
        string.Join(", ", Levels.Select(level => $"{level} {actions[(int)level]?.ToString() ?? "nothing"}"));

    Task<ApiClient> ClientAsync(KeyKind kind, string inbox) =>
        ClientAsync([Scope.InboxesRead, Scope.InboxesWrite], kind is KeyKind.EveryInbox ? [] : [inbox]);

    /// <summary>Replaces the rules of all levels, of which the higher ones are for every inbox.</summary>
    async Task<Dictionary<PolicyLevel, RuleId>> SetRulesAsync(string inbox, RuleAction?[] actions)
    {
        foreach (var rule in await Operator.SendingRules.ListAsync(default))
        {
            await Operator.SendingRules.RemoveAsync(rule.Id, default);
        }
        var made = new Dictionary<PolicyLevel, RuleId>();
        foreach (var level in Levels)
        {
            if (actions[(int)level] is { } action)
            {
                made[level] = await Operator.SendingRules.AddAsync(
                    new(level, action, Domain) { Inbox = level is PolicyLevel.Inbox ? inbox : null }, default);
            }
        }
        return made;
    }

    async Task SetPausesAsync(string inbox, bool[] paused)
    {
        await Operator.SendingRules.ResumeInboxAsync(inbox, PolicyLevel.Operator, default);
        await Operator.SendingRules.ResumeInboxAsync(inbox, PolicyLevel.Organization, default);
        foreach (var level in Levels.Where(level => paused[(int)level]))
        {
            await Operator.SendingRules.PauseInboxAsync(inbox, level, $"of {level}", default);
        }
    }

    static async Task ExpectAsync(SmtpDialogue smtp, string inbox, bool isAllowed, string context)
    {
        await smtp.CommandAsync("RSET");
        await smtp.CommandAsync($"MAIL FROM:<{inbox}>");
        Assert.That(
            await smtp.CommandAsync($"RCPT TO:<{Recipient}>"), Does.StartWith(isAllowed ? "250 " : "550 5.7.1 "),
            context);
    }
}
