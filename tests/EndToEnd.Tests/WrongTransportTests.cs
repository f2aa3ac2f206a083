using System.Text;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests;

/// <summary>What arrives on a TLS port without being TLS.</summary>
sealed class WrongTransportTests : RunningProgram
{
    const byte HandshakeRecord = 0x16;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Test]
    public async Task Plaintext_on_the_IMAP_port_is_told_so_and_closed() =>
        Assert.That(await SayAsync(Program.ImapPort, "a001 LOGIN agent secret\r\n"u8.ToArray()), Does.StartWith("* BYE ").And.Contain("TLS"));

    [Test]
    public async Task Plaintext_on_the_SMTP_port_is_told_so_and_closed() =>
        Assert.That(await SayAsync(Program.SmtpPort, "EHLO client.test\r\n"u8.ToArray()), Does.StartWith("554 ").And.Contain("TLS"));

    [Test]
    public async Task Garbage_instead_of_a_handshake_is_closed_and_harms_nobody()
    {
        await using var bystander = await Program.LogInToImapAsync();
        var random = new Random(1);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(round =>
        {
            var garbage = new byte[random.Next(1, 2000)];
            random.NextBytes(garbage);
            // Half of them begin like a TLS handshake record.
            garbage[0] = round % 2 == 0 ? HandshakeRecord : garbage[0];
            return SayAsync(round % 3 == 0 ? Program.SmtpPort : Program.ImapPort, garbage);
        }));

        Assert.That((await bystander.CommandAsync("NOOP")).Status, Does.StartWith("OK"));
        Assert.That(Program.ErrorOutput, Does.Not.Contain("\"Error\""));
    }

    // Says something in the clear, then no more, and returns what comes back until the server closes.
    static async Task<string> SayAsync(int port, byte[] octets)
    {
        using var limit = new CancellationTokenSource(Patience);
        await using var line = await LineClient.ConnectPlainAsync("127.0.0.1", port, limit.Token);
        await line.SendAsync(octets, limit.Token);
        var answer = new StringBuilder();
        while (await line.ReadLineAsync(limit.Token) is { } received)
        {
            answer.AppendLine(received);
        }
        return answer.ToString();
    }
}
