using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Api;

/// <summary>Inboxes and keys by HTTP.</summary>
sealed class InboxAndKeyTests : RunningApi
{
    [Test]
    public async Task Creating_with_a_client_id_again_gives_the_same_inbox()
    {
        var first = await Api.PostAsync("/api/v1/inboxes", new { client_id = "again", username = "again" });
        var second = await Api.PostAsync("/api/v1/inboxes", new { client_id = "again" });

        Assert.That((first.Status, second.Status), Is.EqualTo((201, 200)));
        Assert.That(second["id"].GetString(), Is.EqualTo(first["id"].GetString()));
        Assert.That(first["email"].GetString(), Is.EqualTo("again@agentpost.test"));
    }

    [Test]
    public async Task Ten_callers_with_one_client_id_make_one_inbox()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Api.PostAsync("/api/v1/inboxes", new { client_id = "ten" })));

        Assert.That(answers.Select(answer => answer.EnsureOk()["id"].GetString()).Distinct().Count(), Is.EqualTo(1));
        Assert.That(answers.Count(answer => answer.Status == 201), Is.EqualTo(1));
    }

    [Test]
    public async Task Without_an_address_a_random_one_on_the_domain_of_the_settings_is_made() =>
        Assert.That((await Api.PostAsync("/api/v1/inboxes", new { })).EnsureOk()["email"].GetString(), Does.Match("^agent-[a-z0-9]{10}@agentpost.test$"));

    [Test]
    public async Task An_address_that_is_taken_is_a_conflict() =>
        (await Api.PostAsync("/api/v1/inboxes", new { email = ProgramUnderTest.Inbox })).EnsureError(409, "inbox_exists");

    [Test]
    public async Task An_inbox_is_found_by_id_and_by_address()
    {
        var byAddress = (await Api.GetAsync(Inbox)).EnsureOk();
        var byId = (await Api.GetAsync($"/api/v1/inboxes/{byAddress["id"]}")).EnsureOk();

        Assert.That(byId.Text, Is.EqualTo(byAddress.Text));
    }

    [Test]
    public async Task Pages_of_inboxes_show_each_once()
    {
        for (var i = 0; i < 5; i++)
        {
            await NewInboxAsync();
        }
        var seen = new List<string?>();
        for (var path = "/api/v1/inboxes?limit=2"; ;)
        {
            var page = (await Api.GetAsync(path)).EnsureOk();
            seen.AddRange(page["data"].EnumerateArray().Select(inbox => inbox.GetProperty("email").GetString()));
            if (page["next_cursor"].GetString() is not { } next)
            {
                break;
            }
            path = $"/api/v1/inboxes?limit=2&cursor={next}";
        }

        Assert.That(seen, Is.Unique.And.Ordered.And.Contains(ProgramUnderTest.Inbox));
        Assert.That(seen, Has.Count.GreaterThanOrEqualTo(6));
    }

    [Test]
    public async Task Pausing_stops_SMTP_and_resuming_lets_it_send()
    {
        var inbox = $"/api/v1/inboxes/{await NewInboxAsync()}";
        var paused = (await Api.PatchAsync(inbox, new { send_paused = true, send_paused_reason = "holiday" })).EnsureOk();
        var resumed = (await Api.PatchAsync(inbox, new { send_paused = false })).EnsureOk();

        Assert.That((paused["send_paused"].GetBoolean(), paused["send_paused_reason"].GetString()), Is.EqualTo((true, "holiday")));
        Assert.That(resumed["send_paused"].GetBoolean(), Is.False);
    }

    [Test]
    public async Task A_deleted_inbox_is_gone()
    {
        var inbox = $"/api/v1/inboxes/{await NewInboxAsync()}";

        Assert.That((await Api.DeleteAsync(inbox)).Status, Is.EqualTo(204));
        (await Api.GetAsync(inbox)).EnsureError(404, "inbox_not_found");
    }

    [Test]
    public async Task A_key_never_makes_a_key_with_more_than_its_own_rights()
    {
        var inbox = await NewInboxAsync();
        using var limited = await ClientAsync(["keys:write", "messages:read"], inbox);

        (await limited.PostAsync("/api/v1/keys", new { scopes = new[] { "messages:write" }, inboxes = new[] { inbox } })).EnsureError(403, "key_limited");
        (await limited.PostAsync("/api/v1/keys", new { scopes = new[] { "messages:read" } })).EnsureError(400, "invalid_request");
        (await limited.PostAsync("/api/v1/keys", new { scopes = new[] { "messages:read" }, inboxes = new[] { ProgramUnderTest.Inbox } })).EnsureError(404, "inbox_not_found");
        (await limited.PostAsync("/api/v1/inboxes", new { })).EnsureError(403, "missing_scope");
        (await limited.PostAsync("/api/v1/keys", new { scopes = new[] { "messages:read" }, inboxes = new[] { inbox } })).EnsureOk();
    }

    [Test]
    public async Task A_revoked_key_ends_its_IMAP_session_and_its_calls()
    {
        var inbox = await NewInboxAsync();
        var key = (await Api.PostAsync("/api/v1/keys", new { scopes = new[] { "messages:read" }, inboxes = new[] { inbox } })).EnsureOk();
        await using var imap = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(CancellationToken.None));
        await imap.LogInAsync(inbox, key["secret"].GetString()!);

        Assert.That((await Api.DeleteAsync($"/api/v1/keys/{key["key"].GetProperty("id")}")).Status, Is.EqualTo(204));

        using var client = new ApiClient(Program, key["secret"].GetString());
        (await client.GetAsync("/api/v1/me")).EnsureError(401, "wrong_key");
        var listed = (await Api.GetAsync($"/api/v1/keys/{key["key"].GetProperty("id")}")).EnsureOk();
        Assert.That(listed["revoked_at"].GetString(), Is.Not.Null);
        Assert.That(listed.Text, Does.Not.Contain(key["secret"].GetString()));
    }
}
