using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Api;

/// <summary>Limits as callers meet them.</summary>
sealed class RateLimitTests
{
    [Test]
    public async Task What_is_left_is_told_and_then_when_to_try_again()
    {
        await using var database = await Databases.CreateAsync();
        await using var program = await ProgramUnderTest.StartAsync(database.ConnectionString, ("AGENTPOST_LIMITS__MESSAGESPERMINUTE", "2"));
        using var api = new ApiClient(program, program.Key);
        var messages = $"/api/v1/inboxes/{ProgramUnderTest.Inbox}/messages";
        var body = new { to = new[] { "bob@elsewhere.example" }, text_body = "x" };

        var first = (await api.PostAsync(messages, body)).EnsureOk();
        var second = (await api.PostAsync(messages, body, ("Idempotency-Key", "second"))).EnsureOk();
        var third = await api.PostAsync(messages, body);
        var repeated = await api.PostAsync(messages, body, ("Idempotency-Key", "second"));
        var usage = (await api.GetAsync($"/api/v1/inboxes/{ProgramUnderTest.Inbox}/limits")).EnsureOk();

        Assert.That((first.Headers["RateLimit-Limit"], first.Headers["RateLimit-Remaining"]), Is.EqualTo(("2", "1")));
        Assert.That(second.Headers["RateLimit-Remaining"], Is.EqualTo("0"));
        third.EnsureError(429, "rate_limited");
        Assert.That(int.Parse(third.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture), Is.InRange(1, 60));
        Assert.That(third.Headers["RateLimit-Remaining"], Is.EqualTo("0"));
        Assert.That(repeated.EnsureOk()["id"].GetString(), Is.EqualTo(second["id"].GetString()), "What was sent is not sent again, so no limit holds it up.");
        Assert.That(usage["messages_last_minute"].GetInt32(), Is.EqualTo(2));
    }
}
