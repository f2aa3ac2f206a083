using System.Diagnostics;
using System.Globalization;
using System.Text;
using AgentPost.Protocol.Imap.Client;
using AgentPost.Protocol.Smtp.Client;
using AgentPost.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentPost.Host.Diagnosis;

/// <summary>Sends a message from an inbox to itself while a client idles there, and takes it away again.</summary>
static class MailCheck
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task<string> LogInToImapAsync(Patient patient, CancellationToken cancellation)
    {
        EnsureOn(patient.Options.ImapPort, "Imap:Port");
        var start = Stopwatch.GetTimestamp();
        await using var session = await OpenAsync(patient, cancellation);
        return $"logged in as {patient.Inbox.Address} within {Milliseconds(start)}";
    }

    public static async Task<string> LogInToSmtpAsync(Patient patient, CancellationToken cancellation)
    {
        EnsureOn(patient.Options.SmtpPort, "Smtp:Port");
        var start = Stopwatch.GetTimestamp();
        await using var session = await SmtpClientSession.ConnectAsync(patient.SmtpPeer, new(patient.Options.Hostname), cancellation);
        await session.QuitAsync(cancellation);
        return $"logged in as {patient.Inbox.Address} within {Milliseconds(start)}";
    }

    /// <summary>The time between the server's 250 and the client's EXISTS.</summary>
    public static async Task<string> SendToItselfAsync(Patient patient, CancellationToken cancellation)
    {
        EnsureOn(patient.Options.ImapPort, "Imap:Port");
        EnsureOn(patient.Options.SmtpPort, "Smtp:Port");
        await using var session = await OpenAsync(patient, cancellation);
        var inbox = await session.ExamineAsync(FolderName.Inbox.Value, cancellation);
        var subject = $"AgentPost doctor {Guid.NewGuid():N}";
        var acceptedAt = 0L;
        try
        {
            var isTold = await session.IdleAsync(
                Patience,
                Task.Delay(Timeout.Infinite, cancellation),
                async () =>
                {
                    await SendAsync(patient, subject, cancellation);
                    acceptedAt = Stopwatch.GetTimestamp();
                },
                cancellation);
            var time = Milliseconds(acceptedAt);
            if (!isTold)
            {
                throw new CheckFailedException($"The message was accepted, and IDLE told nothing within {Patience.TotalSeconds:0} s", "Look into the server's log; does a pooler in transaction mode stand before the database?");
            }
            return await HasAsync(session, inbox.UidNext, subject, cancellation)
                ? $"sent to itself; IDLE told of it within {time}"
                : throw new CheckFailedException("IDLE told of a message, and it is not the one that was sent", "Try again when less mail comes in.");
        }
        finally
        {
            await OwnTraces.RemoveAsync(patient, subject);
        }
    }

    static async Task<ImapClientSession> OpenAsync(Patient patient, CancellationToken cancellation)
    {
        var session = await ImapClientSession.ConnectAsync(patient.ImapPeer, ImapTimeouts.Standard, NullLogger.Instance, cancellation);
        try
        {
            await session.LogInAsync(patient.Inbox.Address.Value, patient.Key, cancellation);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    static async Task SendAsync(Patient patient, string subject, CancellationToken cancellation)
    {
        var address = patient.Inbox.Address.Value;
        var octets = Encoding.UTF8.GetBytes($"From: {address}\r\nTo: {address}\r\nSubject: {subject}\r\n\r\nThis is a test of the server by itself.\r\n");
        await using var smtp = await SmtpClientSession.ConnectAsync(patient.SmtpPeer, new(patient.Options.Hostname), cancellation);
        var results = await smtp.SendAsync(new(address, [new(address)], octets.Length, _ => new(new MemoryStream(octets))), cancellation);
        if (results[0].Outcome is not SendOutcome.Delivered)
        {
            throw new CheckFailedException($"The server does not take a message from {address} to itself: {results[0].Explanation}", "Do what the answer says; 'agentpost rule list' shows the sending rules.");
        }
        await smtp.QuitAsync(cancellation);
    }

    static async Task<bool> HasAsync(ImapClientSession session, uint first, string subject, CancellationToken cancellation)
    {
        foreach (var uid in await session.SearchFromAsync(first, cancellation))
        {
            var octets = new MemoryStream();
            await session.FetchAsync(uid, 64 * 1024, (piece, token) => octets.WriteAsync(piece, token), cancellation);
            if (Encoding.UTF8.GetString(octets.GetBuffer(), 0, (int)octets.Length).Contains(subject, StringComparison.Ordinal))
            {
                return true;
            }
        }
        return false;
    }

    static void EnsureOn(int port, string setting)
    {
        if (port == 0)
        {
            throw new CheckSkippedException($"{setting} is 0: off");
        }
    }

    static string Milliseconds(long since) => string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(since).TotalMilliseconds:0} ms");
}
