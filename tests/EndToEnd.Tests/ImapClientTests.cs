using System.Security.Cryptography.X509Certificates;
using System.Text;
using AgentPost.Protocol;
using AgentPost.Protocol.Imap.Client;
using AgentPost.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentPost.EndToEnd.Tests;

/// <summary>The IMAP client against the program's own server.</summary>
[CancelAfter(60_000)]
sealed class ImapClientTests : RunningProgram
{
    static readonly Task Never = new TaskCompletionSource().Task;

    [Test]
    public async Task Reads_what_comes_while_it_waits(CancellationToken cancellation)
    {
        await using var session = await LogInAsync(cancellation);
        await using var other = await Program.LogInToImapAsync();
        var mailbox = await session.ExamineAsync("INBOX", cancellation);
        var lengthy = Encoding.ASCII.GetBytes($"Subject: long\r\n\r\n{string.Concat(Enumerable.Repeat("0123456789\r\n", 100_000))}");

        var came = await session.IdleAsync(
            TimeSpan.FromSeconds(30), Never, async () => (await other.AppendAsync("INBOX", @"(\Flagged) "" 8-Jan-2026 12:00:00 +0100""", lengthy)).EnsureOk(), cancellation);
        var uids = await session.SearchFromAsync(mailbox.UidNext, cancellation);
        var octets = new MemoryStream();
        var fetched = await session.FetchAsync(uids.Single(), long.MaxValue, (piece, token) => octets.WriteAsync(piece, token), cancellation);

        Assert.That(came, Is.True);
        Assert.That(octets.ToArray(), Is.EqualTo(lengthy));
        Assert.That((fetched.Octets, fetched.IsTooLong, fetched.InternalAt), Is.EqualTo(((long)lengthy.Length, false, new DateTimeOffset(2026, 1, 8, 11, 0, 0, TimeSpan.Zero))));
        Assert.That(fetched.Flags, Does.Contain(@"\Flagged").And.Not.Contain(@"\Seen"));
        await session.LogOutAsync(cancellation);
    }

    [Test]
    public async Task What_was_told_within_another_answer_is_not_waited_for(CancellationToken cancellation)
    {
        await using var other = await Program.LogInToImapAsync();
        await using var session = await LogInAsync(cancellation);
        await session.ExamineAsync("INBOX", cancellation);
        (await other.AppendAsync("INBOX", "", "Subject: meanwhile\r\n\r\n"u8.ToArray())).EnsureOk();
        await session.SearchFromAsync(1, cancellation);

        Assert.That(await session.IdleAsync(TimeSpan.FromSeconds(5), Never, () => Task.CompletedTask, cancellation), Is.True);
        Assert.That(await session.IdleAsync(TimeSpan.FromMilliseconds(100), Never, () => Task.CompletedTask, cancellation), Is.False);
    }

    [Test]
    public async Task Nothing_new_is_told_as_such_and_the_session_goes_on(CancellationToken cancellation)
    {
        await using var session = await LogInAsync(cancellation);
        await session.AppendAsync("Drafts", "Subject: draft\r\n\r\n"u8.ToArray(), cancellation);
        var mailbox = await session.ExamineAsync("Drafts", cancellation);

        Assert.That(await session.IdleAsync(TimeSpan.FromMilliseconds(100), Never, () => Task.CompletedTask, cancellation), Is.False);
        Assert.That(await session.IdleAsync(TimeSpan.FromMinutes(1), Task.CompletedTask, () => Task.CompletedTask, cancellation), Is.False, "Interrupted.");
        Assert.That(await session.SearchFromAsync(mailbox.UidNext, cancellation), Is.Empty);
        Assert.That(await session.SearchSinceAsync(new(2026, 1, 1), cancellation), Has.Exactly((int)mailbox.Messages).Items);
        Assert.That(await session.SearchSinceAsync(new(2999, 1, 1), cancellation), Is.Empty);
        Assert.That(await session.SearchFromAsync(1, cancellation), Has.Exactly((int)mailbox.Messages).Items);
    }

    [Test]
    public async Task Faults_are_told_apart(CancellationToken cancellation)
    {
        await using var session = await ImapClientSession.ConnectAsync(Peer(), ImapTimeouts.Standard, NullLogger.Instance, cancellation);
        Assert.That(await FaultAsync(() => session.LogInAsync(ProgramUnderTest.Inbox, "wrong", cancellation)), Is.EqualTo(ImapFault.LoginFailed));
        await session.LogInAsync(ProgramUnderTest.Inbox, Program.Key, cancellation);
        Assert.That(await FaultAsync(() => session.ExamineAsync("Nowhere ä", cancellation)), Is.EqualTo(ImapFault.Refused));
        Assert.That(await ConnectFaultAsync(Peer() with { Trust = CertificateTrust.System }), Is.EqualTo(ImapFault.TlsFailed));
        Assert.That(await ConnectFaultAsync(new("localhost", ProgramUnderTest.FreePort())), Is.EqualTo(ImapFault.Unreachable));

        Task<ImapFault> ConnectFaultAsync(ImapPeer peer) =>
            FaultAsync(() => ImapClientSession.ConnectAsync(peer, ImapTimeouts.Standard, NullLogger.Instance, cancellation));
    }

    async Task<ImapClientSession> LogInAsync(CancellationToken cancellation)
    {
        var session = await ImapClientSession.ConnectAsync(Peer(), ImapTimeouts.Standard, NullLogger.Instance, cancellation);
        await session.LogInAsync(ProgramUnderTest.Inbox, Program.Key, cancellation);
        return session;
    }

    ImapPeer Peer() => new("localhost", Program.ImapPort) { Trust = CertificateTrust.SystemAnd([X509CertificateLoader.LoadCertificateFromFile(Program.CaPath)]) };

    static async Task<ImapFault> FaultAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (ImapPeerException failure)
        {
            return failure.Fault;
        }
        throw new InvalidOperationException("Nothing failed.");
    }
}
