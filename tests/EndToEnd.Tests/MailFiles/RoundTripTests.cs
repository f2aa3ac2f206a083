using AgentPost.Host.MailFiles;
using AgentPost.Mime.Tests;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.MailFiles;

/// <summary>What was exported and is imported again is what it was.</summary>
sealed class RoundTripTests
{
    static readonly DateTimeOffset Start = new(2001, 9, 9, 1, 46, 40, TimeSpan.Zero);

    string _folder = "";

    [SetUp]
    public void Create() => _folder = Directory.CreateTempSubdirectory("agentpost-export-").FullName;

    [TearDown]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task The_corpus_comes_back_octet_for_octet_with_folders_flags_keywords_and_dates([Values] MailFormat format)
    {
        await using var mail = await MailStoreInProcess.OpenAsync();
        var before = await FillAsync(mail);
        await mail.ExportAsync(_folder, format);
        var again = await mail.Store.Accounts.CreateInboxAsync("again@example.test", null, default);

        var import = await mail.ImportAsync(_folder, into: again.Id);

        Assert.That(mail.Told, Is.Empty);
        Assert.That(import.Failed, Is.Zero);
        Assert.That(await mail.ReadAsync(again.Id), Is.EquivalentTo(before));
        Assert.That(
            (await mail.Store.Folders.ListAsync(again.Id, default)).Folders.Select(folder => folder.Name.Value),
            Is.EqualTo((await mail.Store.Folders.ListAsync(mail.Inbox.Id, default)).Folders.Select(folder => folder.Name.Value)));
    }

    [Test]
    public async Task An_export_that_is_run_again_brings_files_up_to_date([Values] MailFormat format)
    {
        await using var mail = await MailStoreInProcess.OpenAsync();
        await mail.AppendAsync("INBOX", "Subject: 1\r\n\r\na"u8.ToArray());
        await mail.ExportAsync(_folder, format);
        var inbox = await mail.Store.Folders.FindAsync(mail.Inbox.Id, FolderName.Inbox, default);
        await mail.Store.FlagChanges.ApplyAsync(
            new(mail.Inbox.Id, inbox!.Id), new[] { new Uid(1) }, new(FlagChangeMode.Add, SystemFlags.Flagged, KeywordSet.Of("urgent")), null, default);
        await mail.AppendAsync("INBOX", "Subject: 2\r\n\r\n"u8.ToArray());

        await mail.ExportAsync(_folder, format);

        var again = await mail.Store.Accounts.CreateInboxAsync("again@example.test", null, default);
        await mail.ImportAsync(_folder, into: again.Id);
        Assert.That(await mail.ReadAsync(again.Id), Is.EquivalentTo(await mail.ReadAsync()));
        Assert.That(Directory.EnumerateFiles(_folder, "*.part", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public async Task Python_reads_what_is_exported([Values] MailFormat format)
    {
        await using var mail = await MailStoreInProcess.OpenAsync();
        var all = SystemFlags.Seen | SystemFlags.Answered | SystemFlags.Flagged | SystemFlags.Deleted;
        await mail.AppendAsync("INBOX", "Subject: 1\r\n\r\nFrom here\r\n\r\nFrom a Thu Jan  8 12:00:00 2026\r\n"u8.ToArray(), all, internalAt: Start);
        await mail.AppendAsync("INBOX", "Subject: 2\r\n\r\nno line end"u8.ToArray(), internalAt: Start.AddDays(1));
        await mail.AppendAsync("Über.Punkt/Kind", "Subject: 3\r\n\r\n"u8.ToArray(), SystemFlags.Seen);

        await mail.ExportAsync(_folder, format);

        var folder = format is MailFormat.Mbox ? Path.Combine("Über.Punkt", "Kind.mbox") : @".&ANw-ber\2ePunkt.Kind";
        var inbox = await ScriptProcess.RunAsync("mailbox_read.py", format.ToString(), format is MailFormat.Mbox ? Path.Combine(_folder, "INBOX.mbox") : _folder);
        Assert.That(inbox.EnumerateArray().Select(message => message.GetProperty("subject").GetString()), Is.EqualTo(["1", "2"]));
        Assert.That(inbox[0].GetProperty("flags").GetString(), Is.EqualTo(format is MailFormat.Mbox ? "ROAFD" : "FRST"));
        Assert.That(inbox[0].GetProperty("seconds").GetInt64(), Is.EqualTo(Start.ToUnixTimeSeconds()));
        Assert.That(inbox[0].GetProperty("body").GetString(), Does.Contain("From here\n\n").And.Contain("From a Thu Jan  8 12:00:00 2026\n"));
        Assert.That(inbox[1].GetProperty("body").GetString(), Does.StartWith("no line end"));
        var below = await ScriptProcess.RunAsync("mailbox_read.py", format.ToString(), Path.Combine(_folder, folder));
        Assert.That(below.EnumerateArray().Single().GetProperty("subject").GetString(), Is.EqualTo("3"));
    }

    [Test]
    public async Task What_Python_writes_is_imported([Values] MailFormat format)
    {
        await using var mail = await MailStoreInProcess.OpenAsync();
        await ScriptProcess.RunAsync("mailbox_write.py", format.ToString(), _folder);

        await mail.ImportAsync(_folder);

        Assert.That(
            (await mail.ReadAsync()).Select(message => (message.Folder, message.Text, message.Flags)),
            Is.EquivalentTo(
            [
                ("INBOX", "Subject: 1\r\n\r\nFrom here\r\n", SystemFlags.Seen | SystemFlags.Flagged),
                ("INBOX", "Subject: 2\r\n\r\nsecond\r\n", SystemFlags.None),
                ("Archive", "Subject: 3\r\n\r\nthird\r\n", SystemFlags.Seen | SystemFlags.Answered),
            ]));
    }

    // The messages that can be kept, each with other marks, in folders with names that files cannot have.
    static async Task<List<Held>> FillAsync(MailStoreInProcess mail)
    {
        string[] folders = ["INBOX", "Sent", "A.mbox", "A", "A/.hidden", "A/B.x.eml", "Größe/Ω & ~", @"Back\2eslash"];
        var number = 0;
        foreach (var message in CorpusMessage.All.Where(message => message.Octets.Length > 0 && !message.Octets.Contains((byte)0)))
        {
            number++;
            var keywords = KeywordSet.Of(new[] { "$Forwarded", "urgent", "a,b" }.Where((_, bit) => (number >> bit & 1) != 0));
            await mail.AppendAsync(folders[number % folders.Length], message.WithLineEndsOfMail, (SystemFlags)(number % 32), keywords, Start.AddHours(number));
        }
        var held = await mail.ReadAsync();
        Assert.That(held, Has.Count.GreaterThan(200));
        // What a folder has twice it gets once.
        return [.. held.DistinctBy(message => (message.Folder, message.Text))];
    }
}
