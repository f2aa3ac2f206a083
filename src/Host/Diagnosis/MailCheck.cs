using System.Diagnostics;
using System.Globalization;
using System.Text;
using AgentPost.Host.Remote;
using AgentPost.Protocol.Smtp.Client;
using AgentPost.Store.Model;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentPost.Host.Diagnosis;

/// <summary>Sends a message from an inbox to itself while a client waits with IDLE, then deletes it.</summary>
static class MailCheck
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static async Task<string> LogInToImapAsync(DoctorTarget target, CancellationToken cancellation)
    {
        EnsureOn(target.Options.ImapPort, "Imap:Port");
        var start = Stopwatch.GetTimestamp();
        await using var session = await OpenAsync(target, cancellation);
        return $"logged in as {target.Inbox.Address} within {Milliseconds(start)}";
    }

    public static async Task<string> LogInToSmtpAsync(DoctorTarget target, CancellationToken cancellation)
    {
        EnsureOn(target.Options.SmtpPort, "Smtp:Port");
        var start = Stopwatch.GetTimestamp();
        await using var session = await SmtpClientSession.ConnectAsync(target.SmtpPeer, new(target.Options.Hostname), cancellation);
        await session.QuitAsync(cancellation);
        return $"logged in as {target.Inbox.Address} within {Milliseconds(start)}";
    }

    /// <summary>Returns the time between the server's 250 reply and the client's EXISTS.</summary>
    public static async Task<string> SendToItselfAsync(DoctorTarget target, CancellationToken cancellation)
    {
        EnsureOn(target.Options.ImapPort, "Imap:Port");
        EnsureOn(target.Options.SmtpPort, "Smtp:Port");
        await using var session = await OpenAsync(target, cancellation);
        var inbox = await session.ExamineAsync(FolderName.Inbox.Value, cancellation);
        var subject = $"AgentPost doctor {Guid.NewGuid():N}";
        try
        {
            // Connect first, so that IDLE starts before the message is accepted.
            await using var smtp = await SmtpClientSession.ConnectAsync(target.SmtpPeer, new(target.Options.Hostname), cancellation);
            var sending = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var waiting = session.IdleAsync(Limit, sending.Task, cancellation);
            long acceptedAt;
            try
            {
                await SendAsync(target, smtp, subject, cancellation);
                acceptedAt = Stopwatch.GetTimestamp();
            }
            catch
            {
                sending.SetResult();
                await waiting;
                throw;
            }
            var isNotified = await waiting;
            var time = Milliseconds(acceptedAt);
            if (!isNotified)
            {
                throw new CheckFailedException(
                    $"The message was accepted, but IDLE reported nothing within {Limit.TotalSeconds:0} s",
                    "Check the server's log, and whether a connection pooler in transaction mode is in front of the database.");
            }
            return await IsThereAsync(session, inbox.UidNext, subject, cancellation)
                ? $"sent to itself; IDLE reported it within {time}"
                : throw new CheckFailedException("IDLE reported a message, but not the one that was sent", "Try again when less mail arrives.");
        }
        finally
        {
            await TestMessageCleanup.RemoveAsync(target, subject);
        }
    }

    static Task<RemoteImapSession> OpenAsync(DoctorTarget target, CancellationToken cancellation) =>
        RemoteImapSession.OpenAsync(target.ImapServer, target.Login, NullLogger.Instance, cancellation);

    static async Task SendAsync(DoctorTarget target, SmtpClientSession smtp, string subject, CancellationToken cancellation)
    {
        var address = target.Inbox.Address.Value;
        var octets = Encoding.UTF8.GetBytes($"From: {address}\r\nTo: {address}\r\nSubject: {subject}\r\n\r\nThis is a test of the server by itself.\r\n");
        var results = await smtp.SendAsync(new(address, [new(address)], octets.Length, _ => new(new MemoryStream(octets))), cancellation);
        if (results[0].Outcome is not SendOutcome.Delivered)
        {
            throw new CheckFailedException($"The server rejects a message from {address} to itself: {results[0].Explanation}",
                "Follow the reply of the server. 'agentpost rule list' shows the sending rules.");
        }
        await smtp.QuitAsync(cancellation);
    }

    static async Task<bool> IsThereAsync(RemoteImapSession session, uint first, string subject, CancellationToken cancellation) =>
        await session.SearchAsync(string.Create(CultureInfo.InvariantCulture, $"UID {first}:* SUBJECT \"{subject}\""), cancellation) is { Count: 1 };

    static void EnsureOn(int port, string setting)
    {
        if (port == 0)
        {
            throw new CheckSkippedException($"{setting} is 0: off");
        }
    }

    static string Milliseconds(long since) => string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(since).TotalMilliseconds:0} ms");
}
