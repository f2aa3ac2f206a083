using System.Text;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;
using AgentPost.Store.Search;

namespace AgentPost.Store.Tests;

/// <summary>Many messages of one command are stored from the spool as they would be from memory.</summary>
sealed class AppendSpoolTests
{
    const int Messages = 60;

    [TestCase("INBOX")]
    [TestCase("Sent")]
    [TestCase("Drafts")]
    public async Task Messages_moved_to_the_spool_are_stored_byte_for_byte(string name)
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var spool = mail.Store.Appends.CreateSpool();
        var folder = await mail.FolderAsync(name);
        var texts = Enumerable.Range(0, Messages).Select(Text).ToList();
        var items = new List<AppendItem>();
        foreach (var text in texts)
        {
            var message = await mail.ReceiveAsync(text);
            await spool.AddAsync(message, default);
            items.Add(new(message, SystemFlags.None, KeywordSet.Empty, null));
        }
        Assert.That(items.Sum(item => item.Message.Footprint), Is.LessThan(5 << 20));

        var appended = await mail.Store.Appends.AppendAsync(folder, items, default);

        Assert.That(items.Sum(item => item.Message.Footprint), Is.LessThan(5 << 20));
        Assert.That(appended.Uids, Has.Count.EqualTo(Messages));
        for (var index = 0; index < Messages; index++)
        {
            Assert.That(await ReadAsync(mail, folder, appended.Uids[index]), Is.EqualTo(texts[index]), $"message {index}");
            await items[index].Message.DisposeAsync();
        }
        var view = await mail.SnapshotAsync(name);
        Assert.That(
            await mail.Store.Searches.FindAsync(view, new SearchCriterion.Contains(TextField.Body, "word-59"), default), Is.EqualTo((Uid[])[appended.Uids[59]]));
    }

    // Sizes around the chunk of 256 KB, and a few that need several.
    static string Text(int index)
    {
        var size = index % 10 == 0 ? 700_000 : (256 * 1024) - 40 + index;
        var text = new StringBuilder($"Message-ID: <{index}@spool.test>\r\nSubject: {index}\r\n\r\nword-{index}\r\n");
        while (text.Length < size)
        {
            text.Append("Lorem ipsum dolor sit amet, ").Append(text.Length).Append("\r\n");
        }
        return text.ToString();
    }

    static async Task<string> ReadAsync(Mailbox mail, FolderKey folder, Uid uid)
    {
        using var batch = await mail.Store.Messages.ReadBatchAsync(folder, new[] { uid }, MessageColumns.Size, default);
        var octets = new byte[batch.Rows[0].Size];
        for (var offset = 0; offset < octets.Length;)
        {
            offset += await mail.Store.Messages.ReadOctetsAsync(folder.Inbox, batch.Rows[0].MessageId, offset, octets.AsMemory(offset), default);
        }
        return Encoding.UTF8.GetString(octets);
    }
}
