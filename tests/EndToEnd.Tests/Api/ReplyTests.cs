using System.Text;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Api;

/// <summary>Replies to messages whose ids and addresses are unusual.</summary>
sealed class ReplyTests : RunningApi
{
    [TestCase("", null)]
    [TestCase("Message-ID: <>\r\n", null)]
    [TestCase("Message-ID: outage-42@status.example.net\r\n", "outage-42@status.example.net")]
    [TestCase("Message-ID: <a@b.example\r\n", "a@b.example")]
    [TestCase("Message-ID: <größe-7@example.org>\r\n", null)]
    public async Task A_reply_stays_in_the_thread_of_its_original(string field, string? inReplyTo)
    {
        var (inbox, original) = await AppendAsync($"From: Ann <ann@elsewhere.example>\r\n{field}Subject: No id\r\n\r\nHello\r\n");

        var sent = (await Api.PostAsync($"{inbox}/messages/{original.GetProperty("id")}/reply", new { text_body = "Yes." })).EnsureOk();
        var shown = (await Api.GetAsync($"{inbox}/messages/{sent["id"]}")).EnsureOk();

        Assert.That(sent["thread_id"].GetString(), Is.EqualTo(original.GetProperty("thread_id").GetString()));
        Assert.That(shown["in_reply_to"].GetString(), Is.EqualTo(inReplyTo));
    }

    [Test]
    public async Task A_new_message_that_names_its_original_by_id_stays_in_the_thread()
    {
        var (inbox, original) = await AppendAsync("From: Ann <ann@elsewhere.example>\r\nSubject: No id\r\n\r\nHello\r\n");

        var sent = (await Api.PostAsync($"{inbox}/messages", new { to = new[] { "ann@elsewhere.example" }, subject = "x", text_body = "Yes.", in_reply_to = original.GetProperty("id").GetString() }))
            .EnsureOk();

        Assert.That(sent["thread_id"].GetString(), Is.EqualTo(original.GetProperty("thread_id").GetString()));
    }

    [TestCase("\"Help <help@bank.example>\"@mail.example.net", "\"Help <help@bank.example>\"@mail.example.net")]
    [TestCase("\"a b\"@example.net", "\"a b\"@example.net")]
    [TestCase("\"a@b\"@example.net", "\"a@b\"@example.net")]
    [TestCase("\"a\\\"b\"@example.net", "\"a\\\"b\"@example.net")]
    [TestCase("try..this..0511@mobile.example", "\"try..this..0511\"@mobile.example")]
    [TestCase("xxx.yyy.@mobile.example", "\"xxx.yyy.\"@mobile.example")]
    public async Task A_reply_goes_to_an_address_that_must_be_quoted(string address, string shown)
    {
        var (inbox, original) = await AppendAsync($"From: Ann <{address}>\r\nSubject: x\r\n\r\nHello\r\n");

        var sent = (await Api.PostAsync($"{inbox}/messages/{original.GetProperty("id")}/reply", new { text_body = "Yes." })).EnsureOk();

        Assert.That(original.GetProperty("from").GetProperty("email").GetString(), Is.EqualTo(shown));
        Assert.That((await Api.GetAsync($"{inbox}/messages/{sent["id"]}")).EnsureOk()["to"][0].GetProperty("email").GetString(), Is.EqualTo(shown));
    }

    async Task<(string Inbox, System.Text.Json.JsonElement Message)> AppendAsync(string message)
    {
        var address = await NewInboxAsync();
        await using var imap = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(CancellationToken.None));
        await imap.LogInAsync(address, Program.Key);
        (await imap.AppendAsync("INBOX", "", Encoding.UTF8.GetBytes(message))).EnsureOk();
        return ($"/api/v1/inboxes/{address}", Only(await Api.GetAsync($"/api/v1/inboxes/{address}/messages")));
    }
}
