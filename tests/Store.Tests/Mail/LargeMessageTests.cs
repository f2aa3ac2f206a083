using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;
using AgentPost.Store.Spooling;

namespace AgentPost.Store.Tests.Mail;

[NonParallelizable]
public sealed class LargeMessageTests
{
    const int Chunk = 256 * 1024;

    [TestCase(Chunk - 1)]
    [TestCase(Chunk)]
    [TestCase(Chunk + 1)]
    [TestCase(2 * Chunk)]
    [TestCase(2 * Chunk + 1)]
    public async Task Octets_are_read_right_at_every_boundary(int size)
    {
        await using var mail = await Mailbox.CreateAsync();
        var text = Message(size);
        await using var message = await mail.ReceiveAsync(text);
        var inbox = await mail.FolderAsync("INBOX");
        await mail.Store.Appends.AppendAsync(inbox, [new(message, default, KeywordSet.Empty, null)], default);
        using var batch = await mail.Store.Messages.ReadBatchAsync(inbox, new Uid[] { new(1) }, MessageColumns.Octets | MessageColumns.Size, default);
        Assert.That(batch.Rows[0].Size, Is.EqualTo(size));
        Assert.That(batch.Rows[0].Octets.Span.SequenceEqual(text.AsSpan(0, Math.Min(size, Chunk))));
        foreach (var offset in new[] { 0, 1, Chunk - 1, Chunk, Chunk + 1, 2 * Chunk - 1, 2 * Chunk, size - 1, size, size + 1 }.Where(offset => offset <= size + 1))
        {
            var buffer = new byte[1000];
            var read = await mail.Store.Messages.ReadOctetsAsync(mail.Inbox.Id, batch.Rows[0].MessageId, offset, buffer, default);
            var toChunkEnd = Chunk - offset % Chunk;
            Assert.That(read, Is.EqualTo(Math.Max(0, Math.Min(Math.Min(1000, toChunkEnd), size - offset))), $"at {offset}");
            Assert.That(buffer.AsSpan(0, read).SequenceEqual(text.AsSpan(Math.Min(offset, size), read)), $"at {offset}");
        }
    }

    [Test]
    public async Task A_message_of_25_MB_never_lies_whole_in_managed_memory()
    {
        const int Size = 25 * 1024 * 1024;
        const int Step = 5 * 1024 * 1024;
        await using var mail = await Mailbox.CreateAsync();
        await mail.AppendAsync("INBOX", "warm");
        var piece = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(new string('x', 76) + "\r\n", 800)));
        using var sent = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var before = Live();
        var highest = before;
        await using var message = mail.Store.Appends.Receive();
        await WriteAsync(message, "Content-Type: application/octet-stream\r\n\r\n"u8.ToArray(), sent);
        while (message.Octets < Size)
        {
            await WriteAsync(message, piece, sent);
            highest = message.Octets / Step > (message.Octets - piece.Length) / Step ? Math.Max(highest, Live()) : highest;
        }
        await message.CompleteAsync(default);
        var inbox = await mail.FolderAsync("INBOX");
        var append = mail.Store.Appends.AppendAsync(inbox, [new(message, default, KeywordSet.Empty, null)], default);
        while (!append.IsCompleted)
        {
            highest = Math.Max(highest, Live());
            await Task.Yield();
        }
        TestContext.Out.WriteLine($"live at most {(highest - before) / 1024} KB more, allocated {(GC.GetTotalAllocatedBytes(precise: true) - allocated) / 1024} KB");
        var uid = (await append).Uids.Single();
        Assert.That(await HashAsync(mail, inbox, uid), Is.EqualTo(sent.GetHashAndReset()));
        Assert.That(highest - before, Is.LessThan(4 * 1024 * 1024));
        Assert.That(Directory.GetFiles(Path.Combine(mail.DataFolder, "spool")), Is.Empty);
    }

    static long Live() => GC.GetTotalMemory(forceFullCollection: true);

    static async Task<byte[]> HashAsync(Mailbox mail, FolderKey folder, Uid uid)
    {
        using var batch = await mail.Store.Messages.ReadBatchAsync(folder, new[] { uid }, MessageColumns.Size, default);
        using var received = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 * 1024];
        var offset = 0L;
        while (await mail.Store.Messages.ReadOctetsAsync(mail.Inbox.Id, batch.Rows[0].MessageId, offset, buffer, default) is > 0 and var read)
        {
            received.AppendData(buffer, 0, read);
            offset += read;
        }
        Assert.That(offset, Is.EqualTo(batch.Rows[0].Size));
        return received.GetHashAndReset();
    }

    static async Task WriteAsync(IncomingMessage message, byte[] octets, IncrementalHash hash)
    {
        await message.WriteAsync(new ReadOnlySequence<byte>(octets), default);
        hash.AppendData(octets);
    }

    static byte[] Message(int size)
    {
        var text = new byte[size];
        new Random(size).NextBytes(text);

        // A line feed alone would be stored as a line end.
        text.AsSpan().Replace((byte)'\n', (byte)' ');
        "Subject: large\r\n\r\n"u8.CopyTo(text);
        return text;
    }
}
