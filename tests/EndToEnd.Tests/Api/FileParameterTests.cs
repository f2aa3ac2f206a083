using System.Text;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Api;

/// <summary>The parameters of a file's media type are kept however the file is sent (RFC 2045 §5).</summary>
sealed class FileParameterTests : RunningApi
{
    const string Calendar = "text/calendar; method=REQUEST; charset=utf-8";
    const string Flowed = "text/plain; charset=shift_jis; format=flowed; delsp=yes";
    const string Note = "application/x-test; note=\"a;b\"; title=\"two words\"";

    static readonly string[] Types = [Calendar, Flowed, Note];

    static object Files => Types.Select((type, index) => new { filename = $"{index}.bin", mime_type = type, content = Convert.ToBase64String("x"u8) }).ToArray();

    [Test]
    public async Task A_message_keeps_them()
    {
        var inbox = await NewInboxAsync();
        var sent = (await Api.PostAsync($"/api/v1/inboxes/{inbox}/messages", new { to = new[] { inbox }, text_body = "x", attachments = Files })).EnsureOk();
        await EnsureKeptAsync(inbox, sent["id"].GetString());
    }

    [Test]
    public async Task A_draft_keeps_them_when_something_else_is_changed()
    {
        var inbox = await NewInboxAsync();
        var drafts = $"/api/v1/inboxes/{inbox}/drafts";
        var draft = (await Api.PostAsync(drafts, new { to = new[] { inbox }, text_body = "x", attachments = Files })).EnsureOk()["id"];
        (await Api.PatchAsync($"{drafts}/{draft}", new { subject = "changed" })).EnsureOk();
        var sent = (await Api.PostAsync($"{drafts}/{draft}/send")).EnsureOk();
        await EnsureKeptAsync(inbox, sent["id"].GetString());
    }

    [Test]
    public async Task A_reply_and_its_forward_keep_them()
    {
        var inbox = await NewInboxAsync();
        var first = (await Api.PostAsync($"/api/v1/inboxes/{inbox}/messages", new { to = new[] { inbox }, text_body = "x" })).EnsureOk()["id"];
        var reply = (await Api.PostAsync($"/api/v1/inboxes/{inbox}/messages/{first}/reply", new { text_body = "x", attachments = Files })).EnsureOk()["id"];
        var forward = (await Api.PostAsync($"/api/v1/inboxes/{inbox}/messages/{reply}/forward", new { to = new[] { inbox } })).EnsureOk();
        await EnsureKeptAsync(inbox, reply.GetString());
        await EnsureKeptAsync(inbox, forward["id"].GetString());
    }

    [Test]
    public async Task A_forward_of_a_received_message_keeps_them()
    {
        var received = Encoding.Latin1.GetBytes("""
            From: Ann <ann@example.org>
            Subject: Look
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary=M

            --M
            Content-Type: text/plain

            Hello
            --M
            Content-Type: text/csv; charset=iso-8859-1; header=present
            Content-Disposition: attachment; filename=list.csv
            Content-Transfer-Encoding: 8bit

            Köln;1
            --M
            Content-Type: text/calendar; method=REQUEST; charset=utf-8

            BEGIN:VCALENDAR
            --M
            Content-Type: application/pkcs7-mime; smime-type=signed-data; name*=utf-8''%C3%BC.p7m
            Content-Transfer-Encoding: base64

            eA==
            --M
            Content-Type: text/x-log
            Content-Disposition: attachment; filename=log

            no charset
            --M--

            """.ReplaceLineEndings("\r\n"));
        var inbox = await NewInboxAsync();
        await using var imap = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(CancellationToken.None));
        await imap.LogInAsync(inbox, Program.Key);
        (await imap.AppendAsync("INBOX", "", received)).EnsureOk();
        var message = Only(await Api.GetAsync($"/api/v1/inboxes/{inbox}/messages")).GetProperty("id");

        var forward = (await Api.PostAsync($"/api/v1/inboxes/{inbox}/messages/{message}/forward", new { to = new[] { inbox } })).EnsureOk();
        var raw = await RawAsync(inbox, forward["id"].GetString());

        Assert.That(raw, Does.Contain("Content-Type: text/csv; charset=iso-8859-1; header=present; name=list.csv\n").And.Contain("\nS/Zsbjsx\n"));
        Assert.That(raw, Does.Contain("Content-Type: text/calendar; method=REQUEST; charset=utf-8\n"));
        Assert.That(raw, Does.Match("Content-Type: application/pkcs7-mime; smime-type=signed-data; name=\"=\\?[^\"]*\"\n").And.Contain("filename*=utf-8''%C3%BC.p7m\n"));
        Assert.That(raw, Does.Contain("Content-Type: text/x-log; name=log\n"));
    }

    [Test]
    public async Task A_parameter_with_a_line_end_is_refused()
    {
        var inbox = await NewInboxAsync();
        var file = new { filename = "x", mime_type = "text/csv; header=\"a\r\nBcc: eve@example.com\"", content = "eA==" };
        (await Api.PostAsync($"/api/v1/inboxes/{inbox}/messages", new { to = new[] { inbox }, attachments = new[] { file } })).EnsureError(400, "invalid_request");
    }

    async Task EnsureKeptAsync(string inbox, string? message)
    {
        var raw = await RawAsync(inbox, message);
        Assert.Multiple(() =>
        {
            for (var index = 0; index < Types.Length; index++)
            {
                Assert.That(raw, Does.Contain($"Content-Type: {Types[index]}; name={index}.bin\n"));
            }
        });
    }

    // Unfolded, lines ending in LF.
    async Task<string> RawAsync(string inbox, string? message) =>
        (await Api.GetAsync($"/api/v1/inboxes/{inbox}/messages/{message}/raw")).EnsureOk().Text
            .Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n\t", " ", StringComparison.Ordinal).Replace("\n ", " ", StringComparison.Ordinal);
}
