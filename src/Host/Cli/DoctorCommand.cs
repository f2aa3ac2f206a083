using System.CommandLine;
using AgentPost.Host.Diagnosis;
using AgentPost.Host.Settings;
using AgentPost.Store;
using AgentPost.Store.Model;

namespace AgentPost.Host.Cli;

/// <summary><c>agentpost doctor</c>.</summary>
static class DoctorCommand
{
    static readonly TimeSpan KeyLifetime = TimeSpan.FromMinutes(10);

    public static Command Create()
    {
        var inbox = new Option<string?>("--inbox") { Description = "The inbox to try with. Without it: the first there is.", HelpName = "ADDRESS" };
        var key = new Option<string?>("--key")
        {
            Description = "The secret of the key to try with. Without it one is made for the moment, and revoked.",
            HelpName = "SECRET",
        };
        var json = Listing.Json();
        var command = new Command("doctor", "Try the running server: certificate, DNS, database, logins, a message to itself. Says what to mend.") { inbox, key, json };
        command.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            async store =>
            {
                var results = await RunChecksAsync(parsed.ReadOptions(), store, parsed.GetValue(inbox), parsed.GetValue(key), cancellation);
                Write(results, parsed.GetValue(json));
                if (results.Count(result => result.State is CheckState.Failed) is > 0 and var failed)
                {
                    throw new CommandException(failed == 1 ? "One check failed: mend it as said above." : $"{failed} checks failed: mend them as said above, from the first on.");
                }
            },
            cancellation));
        return command;
    }

    static async Task<IReadOnlyList<CheckResult>> RunChecksAsync(Options options, MailStore store, string? address, string? key, CancellationToken cancellation)
    {
        var inbox = address is null
            ? await store.Accounts.ListInboxesAsync(cancellation) is [var first, ..]
                ? first
                : throw new CommandException("There is no inbox to try with: make one with 'agentpost inbox create'.")
            : await store.FindInboxAsync(address, cancellation);
        if (key is not null)
        {
            return await Doctor.RunChecksAsync(new(options, store, inbox, key), cancellation);
        }
        var minted = await store.Accounts.CreateKeyAsync(
            new([Scope.MessagesRead, Scope.MessagesWrite], [inbox.Address.Value], "doctor", TimeProvider.System.GetUtcNow() + KeyLifetime)
            {
                Organization = inbox.Organization,
            },
            cancellation);
        try
        {
            return await Doctor.RunChecksAsync(new(options, store, inbox, minted.Secret), cancellation);
        }
        finally
        {
            await store.Accounts.RevokeKeyAsync(minted.Key.Id, CancellationToken.None);
        }
    }

    static void Write(IReadOnlyList<CheckResult> results, bool asJson)
    {
        if (asJson)
        {
            Listing.Write(results.Select(result => new CheckLine(result.Check, Word(result.State), result.Detail, result.Mend)), [], _ => [], asJson: true);
            return;
        }
        foreach (var result in results)
        {
            Console.WriteLine($"{Word(result.State),-8} {result.Check,-12} {result.Detail}");
            if (result.Mend is { } mend)
            {
                Console.WriteLine($"{"",-21} -> {mend}");
            }
        }
    }

    static string Word(CheckState state) => state switch
    {
        CheckState.Ok => "ok",
        CheckState.Failed => "failed",
        CheckState.Warning => "warning",
        _ => "skipped",
    };

    sealed record CheckLine(string Check, string State, string Detail, string? Mend);
}
