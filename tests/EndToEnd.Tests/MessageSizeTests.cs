using System.Globalization;
using System.Text;
using AgentPost.Store;
using AgentPost.Store.Model;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests;

/// <summary>
/// Messages whose end is anywhere in a TLS record, or in two: each is answered, and stored byte for byte. A reader that
/// looks for the end in one record only misses it.
/// </summary>
sealed class MessageSizeTests : RunningProgram
{
    const int MaxSize = 70_000;
    const int Step = 229;
    const int TlsRecordSize = 16_384;
    const string Recipient = "somebody@elsewhere.example";

    protected override (string Name, string Value)[] Settings =>
    [
        ("AGENTPOST_LIMITS__MESSAGESPERMINUTE", "unlimited"),
        ("AGENTPOST_LIMITS__MESSAGESPERDAY", "unlimited"),
    ];

    [TestCase("smtplib_files.py")]
    [TestCase("nodemailer_files.cjs")]
    public async Task A_message_of_every_size_is_answered_and_stored_byte_for_byte(string client)
    {
        var messages = Sizes().ToDictionary(size => $"{size:D5}", size => MessageOf(size, client));
        var folder = Directory.CreateDirectory(Path.Combine(Program.Folder, client)).FullName;
        foreach (var (name, content) in messages)
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, name), content);
        }

        var replies = await ClientScript.RunAsync(client, Program, folder, Recipient);

        await using var store = await Database.OpenStoreAsync();
        var inbox = (await store.Accounts.FindInboxAsync(ProgramUnderTest.Inbox, default))!.Id;
        foreach (var (name, content) in messages)
        {
            var reply = replies.GetProperty(name).GetString()!;
            Assert.That(reply, Does.Match("^250 2.0.0 msg_[a-z0-9]+ accepted$"), name);
            Assert.That(MessageId.TryParse(reply.Split(' ')[2], out var id), reply);
            var stored = await ReadAsync(store, inbox, id);
            Assert.That(stored.AsSpan().EndsWith(content), $"The message of {name} bytes is stored as it was sent.");
            if (HasHeader(content))
            {
                Assert.That(stored, Has.Length.EqualTo(content.Length), name);
            }
        }
    }

    /// <summary>The smallest sizes, then steps, and every place of a record's end around the end of the message.</summary>
    static IEnumerable<int> Sizes()
    {
        var steps = Enumerable.Range(0, MaxSize / Step + 1).Select(step => 1 + step * Step);
        var ends = from record in Enumerable.Range(1, MaxSize / TlsRecordSize)
                   from distance in Enumerable.Range(-12, 17)
                   select record * TlsRecordSize + distance;
        return Enumerable.Range(1, 64).Concat(steps).Concat(ends).Append(MaxSize).Distinct().Order();
    }

    /// <summary>A message of exactly this size. Half of them have lines that start with dots.</summary>
    static byte[] MessageOf(int size, string client)
    {
        var header = "From: agent@agentpost.test\r\nDate: Fri, 1 Mar 2024 00:00:00 +0000\r\n"
            + $"Message-ID: <{size}.{client}@agentpost.test>\r\n\r\n";
        var text = new StringBuilder(header.Length + 2 <= size ? header : "", size + 80);
        for (var line = 0; text.Length < size; line++)
        {
            text.Append(size % 2 == 1 && line % 3 == 0 ? ".." : "").Append(CultureInfo.InvariantCulture, $"line {line} of {size}\r\n");
        }
        text.Length = Math.Max(0, size - 2);
        // A CR that was cut off from its LF would be a fault of the message.
        var content = text.ToString().TrimEnd('\r').PadRight(text.Length, 'x') + "\r\n";
        return Encoding.ASCII.GetBytes(size == 1 ? "x\r\n" : content);
    }

    static bool HasHeader(byte[] content) => content.AsSpan().StartsWith("From: "u8);

    static async Task<byte[]> ReadAsync(MailStore store, InboxId inbox, MessageId message)
    {
        var content = new byte[MaxSize + 1024];
        var length = 0;
        while (await store.Messages.ReadOctetsAsync(inbox, message, length, content.AsMemory(length), default) is > 0 and var read)
        {
            length += read;
        }
        return content[..length];
    }
}
