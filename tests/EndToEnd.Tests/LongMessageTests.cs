using System.Globalization;
using System.Text;
using AgentPost.Support;
using Npgsql;

namespace AgentPost.EndToEnd.Tests;

/// <summary>Messages that are longer than what the server keeps in memory of them.</summary>
sealed class LongMessageTests : RunningProgram
{
    const int Chunk = 256 * 1024;

    [Test]
    public async Task A_message_of_many_chunks_comes_back_octet_for_octet()
    {
        await using var client = await SelectAsync("Whole");
        var message = Message(5 * Chunk + 1234);
        (await client.AppendAsync("Whole", "", message)).EnsureOk();

        Assert.That(await client.FetchMessageAsync(1), Is.EqualTo(message).AsCollection);
    }

    [Test]
    public async Task A_partial_may_lie_anywhere()
    {
        await using var client = await SelectAsync("Partial");
        var message = Message(3 * Chunk);
        (await client.AppendAsync("Partial", "", message)).EnsureOk();
        foreach (var (offset, octets) in new[] { (0, 10), (Chunk - 1, 2), (Chunk, 1), (Chunk - 5, Chunk + 10), (2 * Chunk + 7, 4 * Chunk), (3 * Chunk, 1) })
        {
            var answer = (await client.CommandAsync($"FETCH 1 BODY.PEEK[]<{offset}.{octets}>")).EnsureOk();

            var expected = message.AsSpan(offset, Math.Min(octets, message.Length - offset)).ToArray();
            // Some clients wait for the octets of an empty literal: an empty string is quoted.
            var shown = expected.Length > 0 ? answer.Literals.Single() : [];
            Assert.That(shown, Is.EqualTo(expected).AsCollection, $"<{offset}.{octets}>");
            Assert.That(answer.Untagged.Single().EndsWith("\"\")", StringComparison.Ordinal), Is.EqualTo(expected.Length == 0));
        }
    }

    [Test]
    public async Task A_header_that_is_longer_than_what_is_kept_of_it_is_read_whole()
    {
        await using var client = await SelectAsync("Header");
        var header = new StringBuilder();
        while (header.Length < 6 * Chunk)
        {
            header.Append(CultureInfo.InvariantCulture, $"X-Number: {header.Length}\r\n");
        }
        header.Append("X-Last: here\r\n\r\n");
        (await client.AppendAsync("Header", "", Encoding.ASCII.GetBytes(header + "body\r\n"))).EnsureOk();

        var whole = (await client.CommandAsync("FETCH 1 BODY.PEEK[HEADER]")).EnsureOk();
        Assert.That(Encoding.ASCII.GetString(whole.Literals.Single()), Is.EqualTo(header.ToString()));
        var field = (await client.CommandAsync("FETCH 1 BODY.PEEK[HEADER.FIELDS (X-Last)]")).EnsureOk();
        Assert.That(Encoding.ASCII.GetString(field.Literals.Single()), Is.EqualTo("X-Last: here\r\n\r\n"));
    }

    [Test]
    public async Task A_part_of_many_chunks_comes_decoded()
    {
        await using var client = await SelectAsync("Decoded");
        var octets = new byte[3 * Chunk + 1234];
        new Random(7).NextBytes(octets);
        var text = Convert.ToBase64String(octets, Base64FormattingOptions.InsertLineBreaks);
        var message = Encoding.ASCII.GetBytes($"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n{text}\r\n");
        (await client.AppendAsync("Decoded", "", message)).EnsureOk();

        var whole = (await client.CommandAsync("FETCH 1 BINARY.PEEK[1]")).EnsureOk();
        Assert.That(whole.Literals.Single(), Is.EqualTo(octets).AsCollection);
        var part = (await client.CommandAsync($"FETCH 1 BINARY.PEEK[1]<{2 * Chunk - 5}.{Chunk}>")).EnsureOk();
        Assert.That(part.Literals.Single(), Is.EqualTo(octets.AsSpan(2 * Chunk - 5, Chunk).ToArray()).AsCollection);
        var size = (await client.CommandAsync("FETCH 1 BINARY.SIZE[1]")).EnsureOk();
        Assert.That(size.Untagged, Does.Contain($"* 1 FETCH (BINARY.SIZE[1] {octets.Length})"));
    }

    [Test]
    public async Task A_binary_part_of_many_chunks_comes_back()
    {
        var octets = new byte[3 * Chunk + 1234];
        new Random(7).NextBytes(octets);
        byte[] message = [.. Encoding.ASCII.GetBytes($"From: {ProgramUnderTest.Inbox}\r\nContent-Transfer-Encoding: binary\r\n\r\n"), .. octets];
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var line = await Program.ConnectSmtpAsync(limit.Token);
        await using var smtp = await SmtpDialogue.BeginAsync(Task.FromResult(line));
        await smtp.LogInAsync(ProgramUnderTest.Inbox, Program.Key);
        await smtp.CommandAsync($"MAIL FROM:<{ProgramUnderTest.Inbox}> BODY=BINARYMIME");
        await smtp.CommandAsync($"RCPT TO:<{ProgramUnderTest.Inbox}>");
        await line.SendLineAsync($"BDAT {message.Length} LAST", limit.Token);
        await line.SendAsync(message, limit.Token);
        Assert.That(await smtp.ReplyAsync(), Does.StartWith("250"));

        await using var client = await SelectAsync("Sent");
        var part = (await client.CommandAsync("FETCH 1 BINARY.PEEK[1]")).EnsureOk();
        Assert.That(part.Literals.Single(), Is.EqualTo(octets).AsCollection);
    }

    [Test]
    public async Task A_client_that_vanishes_within_its_message_files_nothing()
    {
        await using var client = await SelectAsync("Vanished");
        var message = Message(3 * Chunk);
        await using (var vanishing = await SelectAsync("Vanished"))
        {
            await vanishing.SendAsync(string.Create(CultureInfo.InvariantCulture, $"v APPEND Vanished {{{message.Length}}}"));
            await vanishing.ReadUntilAsync("+");
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await vanishing.Line.SendAsync(message.AsMemory(..(message.Length - 1)), limit.Token);
        }

        (await client.AppendAsync("Vanished", "", Message(2000))).EnsureOk();
        Assert.That((await client.CommandAsync("SEARCH LARGER 10000")).EnsureOk().Untagged, Does.Contain("* SEARCH"));
    }

    [Test]
    public async Task Octets_that_cannot_be_delivered_end_the_connection_and_are_never_made_up()
    {
        await using var client = await SelectAsync("Cut");
        var message = Message(24 * 1024 * 1024);
        (await client.AppendAsync("Cut", "", message)).EnsureOk();

        await client.SendAsync("f FETCH 1 BODY.PEEK[]");
        await client.ReadUntilAsync($"{{{message.Length}}}");
        await using (var connection = new NpgsqlConnection(Database.ConnectionString))
        {
            await connection.OpenAsync();
            await using var delete = new NpgsqlCommand("delete from message_chunks where chunk > 4", connection);
            await delete.ExecuteNonQueryAsync();
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var received = await client.Line.ReadOctetsAsync(message.Length, limit.Token);
        Assert.That(received, Has.Length.LessThan(message.Length));
        Assert.That(received, Is.EqualTo(message[..received.Length]).AsCollection);
    }

    async Task<ImapDialogue> SelectAsync(string folder)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var client = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(limit.Token));
        await client.LogInAsync(ProgramUnderTest.Inbox, Program.Key);
        await client.CommandAsync($"CREATE {folder}");
        (await client.CommandAsync($"SELECT {folder}")).EnsureOk();
        return client;
    }

    /// <summary>A message of exactly so many octets, no two lines alike.</summary>
    static byte[] Message(int octets)
    {
        var text = new StringBuilder("Subject: long\r\n\r\n");
        for (var line = 0; text.Length < octets; line++)
        {
            text.Append(CultureInfo.InvariantCulture, $"This is line {line} of a long message.\r\n");
        }
        return Encoding.ASCII.GetBytes(text.ToString(0, octets - 2) + "\r\n");
    }
}
