using System.Text.Json;
using System.Text.RegularExpressions;
using AgentPost.EndToEnd.Tests.Api;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests;

/// <summary>What the log says of sends and logins at its default level.</summary>
sealed class LoggedOperationTests
{
    [Test]
    public async Task Sends_and_rate_limits_are_logged_and_logins_only_counted()
    {
        await using var database = await Databases.CreateAsync();
        await using var program = await ProgramUnderTest.StartAsync(
            database.ConnectionString, ("AGENTPOST_LIMITS__MESSAGESPERMINUTE", "1"));
        using var api = new ApiClient(program, program.Key);
        var path = $"/api/v1/inboxes/{ProgramUnderTest.Inbox}/messages";
        var message = new { to = new[] { ProgramUnderTest.Inbox }, subject = "x", text_body = "x" };
        for (var i = 0; i < 3; i++)
        {
            await using var imap = await program.LogInToImapAsync();
        }

        var sent = (await api.PostAsync(path, message)).EnsureOk();
        (await api.PostAsync(path, message)).EnsureError(429, "rate_limited");
        await using (var smtp = await program.LogInToSmtpAsync())
        {
            await smtp.CommandAsync($"MAIL FROM:<{ProgramUnderTest.Inbox}>");
            Assert.That(await smtp.CommandAsync($"RCPT TO:<{ProgramUnderTest.Inbox}>"), Does.Contain("450"));
        }
        await program.StopAsync();

        var lines = program.ErrorOutput.Split('\n')
            .Where(line => line.StartsWith('{')).Select(line => JsonElement.Parse(line)).ToList();
        var accepted = lines.Single(line => Text(line).StartsWith("Accepted", StringComparison.Ordinal));
        Assert.That(accepted.GetProperty("Message").GetString(), Is.EqualTo(sent["id"].GetString()));
        Assert.That(accepted.GetProperty("Recipients").GetInt32(), Is.EqualTo(1));
        Assert.That(lines.Count(line =>
            Regex.IsMatch(Text(line), "^Rate limit rejected a message from .* over (HTTP|SMTP)")), Is.EqualTo(2));
        Assert.That(lines.Select(Text), Has.None.Match("(?i)logged in (to|by)"));
        var summaries = lines.Where(line => line.TryGetProperty("Imap", out _)).ToList();
        Assert.That(summaries.Sum(line => line.GetProperty("Imap").GetInt32()), Is.EqualTo(3));
        Assert.That(summaries.Sum(line => line.GetProperty("Smtp").GetInt32()), Is.EqualTo(1));
    }

    static string Text(JsonElement line) => line.GetProperty("@m").GetString()!;
}
