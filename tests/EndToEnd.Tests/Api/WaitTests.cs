using System.Text;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Api;

/// <summary>Waiting for mail by HTTP.</summary>
sealed class WaitTests : RunningApi
{
    [Test]
    public async Task Waiting_ends_when_SMTP_delivers_and_tells_codes_and_links()
    {
        var inbox = await NewInboxAsync();
        var waiting = Api.GetAsync($"/api/v1/inboxes/{inbox}/messages/wait?subject=verify&timeout=60");
        await using var smtp = await Program.LogInToSmtpAsync();
        await SubmitAsync(smtp, inbox, "other", "Your code is 111111.");
        await WaitUntilDeliveredAsync(inbox);
        Assert.That(waiting.IsCompleted, Is.False);

        await SubmitAsync(smtp, inbox, "Verify your address", "Your code is 482913.\r\nOr follow https://shop.example/verify?t=a1b2c3.");
        var found = (await waiting).EnsureOk();

        Assert.That(found["message"].GetProperty("subject").GetString(), Is.EqualTo("Verify your address"));
        Assert.That(found["codes"].EnumerateArray().Select(code => code.GetString()), Is.EqualTo((string[])["482913"]));
        Assert.That(found["links"].EnumerateArray().Select(link => link.GetString()), Is.EqualTo((string[])["https://shop.example/verify?t=a1b2c3"]));
        Assert.That(found["link_details"][0].GetProperty("misleading").GetBoolean(), Is.False);
    }

    [Test]
    public async Task What_has_come_already_is_found_with_since()
    {
        var inbox = await NewInboxAsync();
        var began = TimeProvider.System.GetUtcNow().AddSeconds(-1);
        await using var smtp = await Program.LogInToSmtpAsync();
        await SubmitAsync(smtp, inbox, "early", "x long text");

        var found = (await Api.GetAsync($"/api/v1/inboxes/{inbox}/messages/wait?timeout=30&max_chars=3&since={Uri.EscapeDataString(began.ToString("o"))}")).EnsureOk();

        Assert.That(found["message"].GetProperty("subject").GetString(), Is.EqualTo("early"));
        Assert.That(found["message"].GetProperty("text_body").GetString(), Is.EqualTo("x l"));
    }

    [Test]
    public async Task Waiting_in_vain_ends_with_no_message() =>
        Assert.That((await Api.GetAsync($"{Inbox}/messages/wait?timeout=1&subject=never")).EnsureOk()["message"].ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null));

    [Test]
    public async Task A_key_that_is_revoked_while_it_waits_gets_no_message()
    {
        var inbox = await NewInboxAsync();
        var made = (await Api.PostAsync("/api/v1/keys", new { scopes = new[] { "messages:read" }, inboxes = new[] { inbox } })).EnsureOk();
        using var client = new ApiClient(Program, made["secret"].GetString());
        var waiting = client.GetAsync($"/api/v1/inboxes/{inbox}/messages/wait?timeout=60");
        (await client.GetAsync($"/api/v1/inboxes/{inbox}/messages")).EnsureOk();

        Assert.That((await Api.DeleteAsync($"/api/v1/keys/{made["key"].GetProperty("id")}")).Status, Is.EqualTo(204));
        await using var smtp = await Program.LogInToSmtpAsync();
        await SubmitAsync(smtp, inbox, "late", "x");

        (await waiting).EnsureError(401, "wrong_key");
    }

    static async Task SubmitAsync(SmtpDialogue smtp, string to, string subject, string text) => Assert.That(
        await smtp.SubmitAsync(
            ProgramUnderTest.Inbox, [to], Encoding.UTF8.GetBytes($"From: {ProgramUnderTest.Inbox}\r\nTo: {to}\r\nSubject: {subject}\r\n\r\n{text}\r\n")),
        Does.StartWith("250 "));

    async Task WaitUntilDeliveredAsync(string inbox)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while ((await Api.GetAsync($"/api/v1/inboxes/{inbox}/messages")).EnsureOk()["data"].GetArrayLength() == 0)
        {
            await Task.Delay(20, limit.Token);
        }
    }
}
