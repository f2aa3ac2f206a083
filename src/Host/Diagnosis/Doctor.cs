using System.Diagnostics;
using System.Globalization;
using AgentPost.Host.Remote;
using AgentPost.Protocol.Smtp.Client;
using AgentPost.Store.Model;

namespace AgentPost.Host.Diagnosis;

/// <summary>Runs the checks of a running server, one row per check, in this order.</summary>
static class Doctor
{
    static readonly (string Name, Func<DoctorTarget, CancellationToken, Task<string>> RunAsync, string Mend)[] Rows =
    [
        ("database", PingAsync, "See that Postgres runs and that AGENTPOST_DATABASE is right."),
        ("disk", DiskCheck.RunAsync, "Free space on that disk, or give the data folder a larger one."),
        ("durability", FindRisksAsync, "Change the settings of the database server, and reload them."),
        (
            "domains", DomainCheck.RunAsync,
            "Run 'agentpost domain add' for each that is yours, and move the other inboxes."),
        (
            "webhooks", WebhookCheck.RunAsync,
            "Fix the receivers, or disable their webhooks; GET /api/v1/webhooks/{webhook}/deliveries shows attempts."),
        ("certificate", CertificateCheck.RunAsync, "Renew the certificate; the server takes a changed file without a restart."),
        ("dns", DnsCheck.RunAsync, "Add an A or AAAA record for it, or correct Hostname."),
        ("imap", MailCheck.LogInToImapAsync, "See that the server runs with the same settings, and that the key may open the inbox (messages:read)."),
        ("smtp", MailCheck.LogInToSmtpAsync, "See that the server runs with the same settings, and that the key may send (messages:write)."),
        ("mail", MailCheck.SendToItselfAsync, "Mend what is wrong above first."),
    ];

    public static async Task<IReadOnlyList<CheckResult>> RunChecksAsync(DoctorTarget target, CancellationToken cancellation)
    {
        var results = new List<CheckResult>();
        foreach (var (name, runAsync, mend) in Rows)
        {
            results.Add(await RunAsync(name, mend, token => runAsync(target, token), cancellation));
        }
        return results;
    }

    static async Task<CheckResult> RunAsync(string name, string mend, Func<CancellationToken, Task<string>> check, CancellationToken cancellation)
    {
        try
        {
            return new(name, CheckState.Ok, await check(cancellation), null);
        }
        catch (CheckSkippedException skipped)
        {
            return new(name, CheckState.Skipped, skipped.Message, null);
        }
        catch (CheckWarningException warning)
        {
            return new(name, CheckState.Warning, warning.Message, mend);
        }
        catch (CheckFailedException failed)
        {
            return new(name, CheckState.Failed, failed.Message, failed.Mend ?? mend);
        }
        catch (Exception failed) when (failed is RemoteServerException or SmtpPeerException or StoreUnavailableException)
        {
            return new(name, CheckState.Failed, failed.Message.TrimEnd('.'), mend);
        }
    }

    static async Task<string> PingAsync(DoctorTarget target, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        await target.Store.PingAsync(cancellation);
        return string.Create(CultureInfo.InvariantCulture, $"answers within {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms");
    }

    static async Task<string> FindRisksAsync(DoctorTarget target, CancellationToken cancellation) =>
        await target.Store.FindDurabilityRisksAsync(cancellation) is { Count: > 0 } risks
            ? throw new CheckFailedException(string.Join(" ", risks).TrimEnd('.'))
            : "acknowledged mail is on disk";
}
