using System.Text;
using AgentPost.Protocol.Imap.Client;
using AgentPost.Protocol.Tests.Smtp.Client;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentPost.Protocol.Tests.Imap.Client;

/// <summary>The client against servers that send anything: it understands, or ends with its own exception, in bounded memory.</summary>
[CancelAfter(60_000)]
sealed class HostileServerTests
{
    const int MostOctets = 1000;

    const string Good = "* 1 EXISTS\r\n* 3 FETCH (FLAGS (\\Seen))\r\n* 2 FETCH (UID 7 FLAGS (\\Seen $Junk) INTERNALDATE \" 8-Jan-2026 12:00:00 +0100\" BODY[] {12}\r\nSubject: 1\r\n)\r\na1 OK done\r\n";

    static readonly ImapTimeouts Patient = new() { Command = TimeSpan.FromSeconds(20), Message = TimeSpan.FromSeconds(20) };

    [Test]
    public async Task A_message_comes_with_its_marks_and_what_was_not_asked_for_is_passed_over(CancellationToken cancellation)
    {
        var (message, octets) = await FetchAsync(Good, cancellation);

        Assert.That(octets, Is.EqualTo("Subject: 1\r\n"));
        Assert.That(message.Octets, Is.EqualTo(12));
        Assert.That(message.Flags, Is.EqualTo([@"\Seen", "$Junk"]));
        Assert.That(message.InternalAt, Is.EqualTo(new DateTimeOffset(2026, 1, 8, 12, 0, 0, TimeSpan.FromHours(1))));
    }

    [TestCase("* 2 FETCH (BODY[] \"a \\\"b\\\"\" UID 7)\r\na1 OK done\r\n", "a \"b\"")]
    [TestCase("* 2 FETCH (BODY[] \"\" UID 7)\r\na1 OK done\r\n", "")]
    [TestCase("* 2 FETCH (BODY[] {1+}\r\nx UID 7 X-NEW (1 (2 \"3\" {2}\r\nyz) NIL) BODY[HEADER.FIELDS (A B)] NIL)\r\na1 OK done\r\n", "x")]
    public async Task A_message_comes_in_any_form_that_the_grammar_has(string answer, string expected, CancellationToken cancellation)
    {
        Assert.That((await FetchAsync(answer, cancellation)).Octets, Is.EqualTo(expected));
    }

    [TestCase("a1 OK done\r\n")]
    [TestCase("* 2 FETCH (UID 7 BODY[] NIL)\r\na1 OK done\r\n")]
    [TestCase("* 2 FETCH (UID 8 FLAGS ())\r\na1 OK done\r\n")]
    public async Task A_message_that_has_vanished_has_no_octets(string answer, CancellationToken cancellation)
    {
        Assert.That((await FetchAsync(answer, cancellation)).Message.Octets, Is.Null);
    }

    [Test]
    public async Task A_message_that_is_too_long_is_read_past(CancellationToken cancellation)
    {
        var (message, octets) = await FetchAsync($"* 2 FETCH (UID 7 BODY[] {{200000}}\r\n{new string('x', 200_000)})\r\na1 OK done\r\n", cancellation);

        Assert.That((message.IsTooLong, message.Octets, octets), Is.EqualTo((true, 200_000, "")));
    }

    [TestCase("a1 NO gone\r\n", ImapFault.Refused)]
    [TestCase("a1 BAD what\r\n", ImapFault.Refused)]
    [TestCase("* BYE going down\r\n", ImapFault.Lost)]
    [TestCase("", ImapFault.Lost)]
    [TestCase("* 2 FETCH (UID 7 BODY[] {12}\r\nSubj", ImapFault.Lost)]
    [TestCase("* 2 FETCH (UID 8 BODY[] {1}\r\nx)\r\na1 OK done\r\n", ImapFault.Nonsense)]
    [TestCase("* 2 FETCH (BODY[] {1}\r\nx)\r\na1 OK done\r\n", ImapFault.Nonsense)]
    [TestCase("* 2 FETCH (UID 7 BODY[] {1}\r\nx BODY[] {1}\r\ny)\r\na1 OK done\r\n", ImapFault.Nonsense)]
    [TestCase("* 2 FETCH (UID 7 BODY[] {99999999999999999999}\r\n", ImapFault.Nonsense)]
    [TestCase("* OK {4000000000}\r\n", ImapFault.Nonsense)]
    [TestCase("* 2 FETCH (UID 7\r\na1 OK done\r\n", ImapFault.Nonsense)]
    [TestCase("* 2 FETCH (UID \"7)\r\na1 OK done\r\n", ImapFault.Nonsense)]
    [TestCase("* 2 FETCH ((((((((((((((((((((((((((((((((((((((((((((1)\r\na1 OK done\r\n", ImapFault.Nonsense)]
    public async Task What_is_no_answer_is_a_fault(string answer, ImapFault fault, CancellationToken cancellation)
    {
        var failure = await Assert.ThrowsAsync<ImapPeerException>(() => FetchAsync(answer, cancellation));
        Assert.That(failure!.Fault, Is.EqualTo(fault), failure!.Message);
    }

    [TestCase("a line without end", "x", 2_000_000)]
    [TestCase("a response without end", "{1}\r\nx", 2_000)]
    [TestCase("a response without end", "xxxxxxxxxxxxxxxxxxxx{1}\r\nx", 200_000)]
    public async Task What_does_not_end_is_a_fault(string said, string piece, int times, CancellationToken cancellation)
    {
        var failure = await Assert.ThrowsAsync<ImapPeerException>(() => FetchAsync("* " + string.Concat(Enumerable.Repeat(piece, times)), cancellation));
        Assert.That(failure!.Fault, Is.EqualTo(ImapFault.Nonsense));
        Assert.That(failure!.Message, Does.Contain(said));
    }

    [Test]
    public async Task A_server_that_is_silent_is_given_up(CancellationToken cancellation)
    {
        var failure = await Assert.ThrowsAsync<ImapPeerException>(
            () => FetchAsync(ListenAsync, new() { Message = TimeSpan.FromMilliseconds(200) }, cancellation));
        Assert.That(failure!.Fault, Is.EqualTo(ImapFault.TimedOut));
    }

    [Test]
    public async Task Mutated_answers_are_understood_or_refused([Range(1, 20)] int seed, CancellationToken cancellation)
    {
        var random = new Random(seed);
        for (var round = 0; round < 50; round++)
        {
            try
            {
                await FetchAsync(Mutate(Good, random), cancellation);
            }
            catch (ImapPeerException)
            {
                // One of the two.
            }
        }
    }

    static async Task ListenAsync(ScriptedPeer.Connection connection)
    {
        while (await connection.HearAsync() is not null)
        {
        }
    }

    static string Mutate(string text, Random random)
    {
        string[] pieces = ["(", ")", "{", "}", "\"", "\\", "\r\n", "[", "]", " ", "{3}\r\n", "NIL", "BODY[]", "\0", "\u00ff", "UID", "7", "*", "a1 ", "4294967296"];
        for (var changes = random.Next(1, 6); changes > 0; changes--)
        {
            var at = random.Next(text.Length);
            text = text[..at] + (random.Next(3) == 0 ? "" : pieces[random.Next(pieces.Length)]) + text[Math.Min(text.Length, at + random.Next(4))..];
        }
        return text;
    }

    static Task<(FetchedPeerMessage Message, string Octets)> FetchAsync(string answer, CancellationToken cancellation) => FetchAsync(
        async connection =>
        {
            await connection.HearAsync();
            await connection.SayAsync(answer);
        },
        Patient,
        cancellation);

    static async Task<(FetchedPeerMessage Message, string Octets)> FetchAsync(
        Func<ScriptedPeer.Connection, Task> script, ImapTimeouts timeouts, CancellationToken cancellation)
    {
        await using var peer = new ScriptedPeer(script);
        await using var dialogue = await PeerDialogue.ConnectAsync(new("127.0.0.1", peer.Port), timeouts, NullLogger.Instance, cancellation);
        var octets = new StringBuilder();
        var sink = new MessageSink(
            (piece, _) =>
            {
                octets.Append(Encoding.Latin1.GetString(piece.Span));
                return ValueTask.CompletedTask;
            },
            MostOctets);
        var answer = new FetchAnswer(7, sink);
        await dialogue.FetchAsync("UID FETCH 7 (UID FLAGS INTERNALDATE BODY.PEEK[])", sink, answer.Take, cancellation);
        return (await answer.CompleteAsync(cancellation), octets.ToString());
    }
}
