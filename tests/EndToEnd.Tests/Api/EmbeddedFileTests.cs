using System.Text;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Api;

/// <summary>Files and text inside TNEF (winmail.dat), and uuencoded files, in the API and in SEARCH.</summary>
sealed class EmbeddedFileTests : RunningApi
{
    [Test]
    public async Task Files_in_winmail_dat_are_listed_and_downloaded()
    {
        var tnef = new TnefFile().Message(properties => properties.Ansi(0x1000, "The password is swordfish.\0"))
            .Attachment("PLAN~1.TXT", "All is well."u8, properties => properties.Ansi(0x3707, "Plan für morgen.txt\0").Ansi(0x370E, "text/plain\0"))
            .Attachment("big.bin", new byte[300_000]);
        var (inbox, imap) = await MailboxAsync();
        await using var _ = imap;
        (await imap.AppendAsync("INBOX", "", Message("See the file.", tnef.ToArray()))).EnsureOk();
        var message = Only(await Api.GetAsync($"{inbox}/messages?view=text"));
        var files = message.GetProperty("attachments").EnumerateArray().ToList();

        Assert.That(files.Select(file => $"{file.GetProperty("id")} {file.GetProperty("filename")} {file.GetProperty("mime_type")} {file.GetProperty("size")}"), Is.EqualTo((string[])
        [
            "att_2-1 Plan für morgen.txt text/plain 12", "att_2-2 big.bin application/octet-stream 300000",
        ]));
        Assert.That(message.GetProperty("text_body").GetString(), Is.EqualTo("See the file."));
        Assert.That((await Api.GetAsync($"{inbox}/messages/{message.GetProperty("id")}/attachments/att_2-1")).EnsureOk().Text, Is.EqualTo("All is well."));
        Assert.That((await Api.GetAsync($"{inbox}/messages/{message.GetProperty("id")}/attachments/att_2-2")).EnsureOk().Text, Is.EqualTo(new string('\0', 300_000)));
        (await Api.GetAsync($"{inbox}/messages/{message.GetProperty("id")}/attachments/att_2-3")).EnsureError(404, "attachment_not_found");
        (await imap.CommandAsync("SELECT INBOX")).EnsureOk();
        foreach (var words in (string[])["swordfish", "All is well", "morgen.txt"])
        {
            Assert.That((await imap.CommandAsync($"SEARCH BODY \"{words}\"")).EnsureOk().Untagged, Has.Some.StartsWith("* SEARCH 1"), words);
        }
    }

    [Test]
    public async Task Text_in_winmail_dat_is_that_of_a_message_without_other_text()
    {
        var (inbox, imap) = await MailboxAsync();
        await using var _ = imap;
        var tnef = new TnefFile().Message(properties => properties.Ansi(0x1000, "Yes.\r\n\r\nOn 1 Jan 2024 10:00, John <j@x.example> wrote:\r\n> When?\r\n\0"));
        (await imap.AppendAsync("INBOX", "", Message("", tnef.ToArray()))).EnsureOk();

        var message = Only(await Api.GetAsync($"{inbox}/messages?view=text"));

        Assert.That(message.GetProperty("text_body").GetString(), Does.StartWith("Yes.").And.Contain("> When?"));
        Assert.That(message.GetProperty("extracted_text").GetString(), Is.EqualTo("Yes."));
        Assert.That(message.GetProperty("preview").GetString(), Is.EqualTo("Yes."));
    }

    [Test]
    public async Task Broken_winmail_dat_is_a_file()
    {
        var (inbox, imap) = await MailboxAsync();
        await using var _ = imap;
        var tnef = new TnefFile().Attachment("a.txt", new byte[1000]).ToArray()[..500];
        (await imap.AppendAsync("INBOX", "", Message("See the file.", tnef))).EnsureOk();
        var message = Only(await Api.GetAsync($"{inbox}/messages"));
        var file = message.GetProperty("attachments")[0];

        Assert.That((file.GetProperty("id").GetString(), file.GetProperty("filename").GetString()), Is.EqualTo(("att_2", "winmail.dat")));
        (await Api.GetAsync($"{inbox}/messages/{message.GetProperty("id")}/attachments/att_2")).EnsureOk();
    }

    [Test]
    public async Task A_uuencoded_file_is_decoded()
    {
        var (inbox, imap) = await MailboxAsync();
        await using var _ = imap;
        const string Message = "From: a@b.test\r\nContent-Type: application/octet-stream; name=a.bin\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a.bin\r\n#86)C\r\n`\r\nend\r\n";
        (await imap.AppendAsync("INBOX", "", Encoding.ASCII.GetBytes(Message))).EnsureOk();
        var message = Only(await Api.GetAsync($"{inbox}/messages"));

        Assert.That(message.GetProperty("attachments")[0].GetProperty("size").GetInt64(), Is.EqualTo(3));
        Assert.That((await Api.GetAsync($"{inbox}/messages/{message.GetProperty("id")}/attachments/att_1")).EnsureOk().Text, Is.EqualTo("abc"));
    }

    [Test]
    public async Task Uuencoded_files_in_a_text_are_listed_and_downloaded()
    {
        var (inbox, imap) = await MailboxAsync();
        await using var _ = imap;
        const string Message = "From: a@b.test\r\n\r\nSee the files.\r\n\r\nbegin 644 a b.bin\r\n#86)C\r\n`\r\nend\r\nbegin-base64 644 c\r\nQUJDRA==\r\n====\r\n";
        (await imap.AppendAsync("INBOX", "", Encoding.ASCII.GetBytes(Message))).EnsureOk();
        var message = Only(await Api.GetAsync($"{inbox}/messages?view=text"));
        var files = message.GetProperty("attachments").EnumerateArray().Select(file => $"{file.GetProperty("id")} {file.GetProperty("filename")} {file.GetProperty("size")}");

        Assert.That(files, Is.EqualTo((string[])["att_1-1 a b.bin 3", "att_1-2 c 4"]));
        Assert.That(message.GetProperty("text_body").GetString()?.Trim(), Is.EqualTo("See the files."));
        Assert.That((await Api.GetAsync($"{inbox}/messages/{message.GetProperty("id")}/attachments/att_1-1")).EnsureOk().Text, Is.EqualTo("abc"));
        Assert.That((await Api.GetAsync($"{inbox}/messages/{message.GetProperty("id")}/attachments/att_1-2")).EnsureOk().Text, Is.EqualTo("ABCD"));
        (await imap.CommandAsync("SELECT INBOX")).EnsureOk();
        Assert.That((await imap.CommandAsync("SEARCH BODY \"a b.bin\"")).EnsureOk().Untagged, Has.Some.StartsWith("* SEARCH 1"));
    }

    [TestCase(1)]
    [TestCase(100)]
    [TestCase(3_000_001)]
    public async Task The_size_of_a_file_is_exact(int size)
    {
        var (inbox, imap) = await MailboxAsync();
        await using var _ = imap;
        var body = Convert.ToBase64String(new byte[size], Base64FormattingOptions.InsertLineBreaks);
        (await imap.AppendAsync("INBOX", "", Encoding.ASCII.GetBytes($"From: a@b.test\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}"))).EnsureOk();

        Assert.That(Only(await Api.GetAsync($"{inbox}/messages")).GetProperty("attachments")[0].GetProperty("size").GetInt32(), Is.EqualTo(size));
    }

    async Task<(string Path, ImapDialogue Imap)> MailboxAsync()
    {
        var address = await NewInboxAsync();
        var imap = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(CancellationToken.None));
        await imap.LogInAsync(address, Program.Key);
        return ($"/api/v1/inboxes/{address}", imap);
    }

    static byte[] Message(string text, byte[] tnef) => Encoding.ASCII.GetBytes(
        $"From: ann@elsewhere.example\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n{text}\r\n--b\r\n"
        + "Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Disposition: attachment; filename=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + $"{Convert.ToBase64String(tnef, Base64FormattingOptions.InsertLineBreaks)}\r\n--b--\r\n");
}
