using System.Globalization;
using AgentPost.Store.Model;

namespace AgentPost.EndToEnd.Tests.MailFiles;

/// <summary>What is read from an mbox.</summary>
sealed class MboxTests
{
    MailStoreInProcess _mail = null!;

    [SetUp]
    public async Task Open() => _mail = await MailStoreInProcess.OpenAsync();

    [TearDown]
    public async Task Close() => await _mail.DisposeAsync();

    [TestCase("a\n", "a\r\n", TestName = "Without_a_blank_line_at_the_end_nothing_is_taken_away")]
    [TestCase("a\n\n", "a\r\n", TestName = "The_blank_line_behind_a_message_is_not_the_messages")]
    [TestCase("a\n\n\n", "a\r\n\r\n", TestName = "A_second_blank_line_is_the_messages")]
    [TestCase("a", "a", TestName = "A_file_that_ends_within_a_line_keeps_that_end")]
    [TestCase("a\r\nb\r\n\r\n", "a\r\nb\r\n", TestName = "Line_ends_with_CR_stay_as_they_are")]
    [TestCase("From here on it is text.\n\nFrom bob, Mon 3\n", "From here on it is text.\r\n\r\nFrom bob, Mon 3\r\n", TestName = "A_line_that_begins_with_From_and_has_no_date_is_text")]
    [TestCase(">From here\n>>From there\n> From\n>From\n", "From here\r\n>From there\r\n> From\r\n>From\r\n", TestName = "One_quote_is_taken_from_lines_that_begin_with_From")]
    public async Task Body(string written, string read)
    {
        await _mail.ImportTextAsync($"From a@example.test Thu Jan  8 12:00:00 2026\nSubject: x\n\n{written}");

        Assert.That((await _mail.ReadAsync()).Single().Text, Is.EqualTo($"Subject: x\r\n\r\n{read}"));
    }

    [TestCase("From a@example.test Thu Jan  8 12:00:00 2026", "2026-01-08T12:00:00Z")]
    [TestCase("From - Thu Jan 08 12:00:00 2026", "2026-01-08T12:00:00Z")]
    [TestCase("From MAILER-DAEMON Thu Jan  8 2:00 2026", "2026-01-08T02:00:00Z")]
    [TestCase("From 123@xxx Thu Jan 08 12:00:00 +0130 2026", "2026-01-08T10:30:00Z")]
    [TestCase("From a Jan 1 b Thu Jan  8 12:00:00 2026 -0500", "2026-01-08T17:00:00Z")]
    public async Task The_line_before_a_message_gives_the_internal_date(string line, string at)
    {
        await _mail.ImportTextAsync($"{line}\nDate: Mon, 5 Jan 2026 00:00:00 +0000\n\nfirst\n\n{line}\n\nsecond\n");

        var held = await _mail.ReadAsync();
        Assert.That(held.Select(message => message.Text), Is.EqualTo(["Date: Mon, 5 Jan 2026 00:00:00 +0000\r\n\r\nfirst\r\n", "\r\nsecond\r\n"]));
        Assert.That(held.Select(message => message.InternalAt), Is.All.EqualTo(DateTimeOffset.Parse(at, CultureInfo.InvariantCulture).ToUnixTimeSeconds()));
    }

    [Test]
    public async Task Without_a_date_there_the_last_Received_gives_it_then_Date()
    {
        await _mail.ImportTextAsync(
            "From MAILER-DAEMON\nReceived: from a by b;\n Wed, 7 Jan 2026 10:00:00 +0000\nReceived: from c by a; Wed, 7 Jan 2026 09:00:00 +0000\n" +
            "Date: Mon, 5 Jan 2026 00:00:00 +0000\n\nfirst\n");

        Assert.That((await _mail.ReadAsync()).Single().InternalAt, Is.EqualTo(DateTimeOffset.Parse("2026-01-07T10:00:00Z", CultureInfo.InvariantCulture).ToUnixTimeSeconds()));
    }

    [Test]
    public async Task Fields_of_the_file_become_flags_and_are_left_out()
    {
        const string From = "From a@example.test Thu Jan  8 12:00:00 2026\n";
        await _mail.ImportTextAsync(
            $"{From}Subject: 1\nStatus: RO\nX-Status: AFTD\nX-Keywords: $Forwarded   urgent \\Bad\nX-UID: 7\n\nStatus: in the body\n\n" +
            $"{From}X-Mozilla-Status: 0007\nX-Mozilla-Status2: 00000000\nX-Mozilla-Keys: $label1\n  \nSubject: 2\n\n\n" +
            $"{From}Status: O\n");

        Assert.That(await _mail.ReadAsync(), Has.Exactly(2).Items);
        var held = await _mail.ReadAsync();
        Assert.That(
            held.Select(message => (message.Text, message.Flags, message.Keywords)),
            Is.EqualTo(
            [
                ("Subject: 1\r\n\r\nStatus: in the body\r\n",
                    SystemFlags.Seen | SystemFlags.Answered | SystemFlags.Flagged | SystemFlags.Draft | SystemFlags.Deleted, "$Forwarded urgent"),
                ("Subject: 2\r\n\r\n", SystemFlags.Seen | SystemFlags.Answered | SystemFlags.Flagged, "$label1"),
            ]));
        Assert.That(_mail.Told, Has.One.Contains("message 3 is empty"));
    }

    [Test]
    public async Task What_cannot_be_kept_is_told_and_all_else_is_there()
    {
        const string From = "From a@example.test Thu Jan  8 12:00:00 2026\n";
        var import = await _mail.ImportTextAsync($"{From}Subject: 1\n\na\n\n{From}Subject: 2\n\n\0\n\n{From}Subject: 3\n\nc\n");

        Assert.That((import.Imported, import.Failed), Is.EqualTo((2, 1)));
        Assert.That(_mail.Told.Single(), Does.Contain("message 2 contains a NUL octet"));
        Assert.That((await _mail.ReadAsync()).Select(message => message.Text), Is.EqualTo(["Subject: 1\r\n\r\na\r\n", "Subject: 3\r\n\r\nc\r\n"]));
    }

    [Test]
    public async Task A_message_comes_once_into_a_folder_whatever_its_flags_and_however_often_it_is_imported()
    {
        const string Mbox = "From a Thu Jan  8 12:00:00 2026\nStatus: RO\nMessage-ID: <1@x>\n\na\n\nFrom a Thu Jan  8 12:00:00 2026\n\nwithout\n\n" +
            "From a Thu Jan  8 12:00:00 2026\nMessage-ID: <1@x>\n\na\n\nFrom a Thu Jan  8 12:00:00 2026\nMessage-ID: <1@x>\n\nb\n";
        var first = await _mail.ImportTextAsync(Mbox);
        var second = await _mail.ImportTextAsync(Mbox.Replace("RO", "O", StringComparison.Ordinal));

        Assert.That((first.Imported, first.Present), Is.EqualTo((3, 1)));
        Assert.That((second.Imported, second.Present), Is.EqualTo((0, 4)));
        Assert.That(await _mail.ReadAsync(), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Long_lines_and_long_messages_pass_unchanged([Values(0, 1, 2, 5)] int shift)
    {
        // Chunks of the file end anywhere within lines, within CR LF and within quotes.
        var line = new string('x', 65_530 + shift);
        var body = $"{line}\r\n>{line}\r\r\n" + string.Concat(Enumerable.Range(0, 40).Select(number => $"From {number} {line}\r\n"));
        var text = $"Subject: long\r\n\r\n{body}";
        await _mail.AppendAsync("INBOX", System.Text.Encoding.Latin1.GetBytes(text));
        var folder = Directory.CreateTempSubdirectory("agentpost-export-").FullName;
        try
        {
            await _mail.ExportAsync(folder, Host.MailFiles.MailFormat.Mbox);
            await _mail.ImportAsync(Path.Combine(folder, "INBOX.mbox"), "Again");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        Assert.That((await _mail.ReadAsync()).Select(message => message.Text == text), Is.EqualTo([true, true]));
    }
}
