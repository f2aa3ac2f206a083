using System.Globalization;
using AgentPost.Support;
using Npgsql;

namespace AgentPost.EndToEnd.Tests.Delivery;

/// <summary>A program whose inbox sends mail away, with short words for what tests do to it.</summary>
sealed class Sender : IAsyncDisposable
{
    readonly TestDatabase _database;

    Sender(TestDatabase database, ProgramUnderTest program)
    {
        _database = database;
        Program = program;
    }

    public ProgramUnderTest Program { get; }

    public static async Task<Sender> StartAsync(params (string Name, string Value)[] settings)
    {
        var database = await Databases.CreateAsync();
        return new(database, await ProgramUnderTest.StartAsync(database.ConnectionString, [("AGENTPOST_HOSTNAME", "sender.test"), .. settings]));
    }

    /// <summary>A program that gives its mail to a relay in the clear.</summary>
    public static Task<Sender> RelayingAsync(int port, params (string Name, string Value)[] settings) => StartAsync(
    [
        ("AGENTPOST_DELIVERY__MODE", "relay"),
        ("AGENTPOST_DELIVERY__RELAY__HOST", "127.0.0.1"),
        ("AGENTPOST_DELIVERY__RELAY__PORT", port.ToString(CultureInfo.InvariantCulture)),
        ("AGENTPOST_DELIVERY__RELAY__TLS", "none"),
        .. settings,
    ]);

    /// <summary>Sends a small message.</summary>
    public async Task SendAsync(string subject, params string[] recipients)
    {
        await using var smtp = await Program.LogInToSmtpAsync();
        Assert.That(await smtp.SubmitAsync(ProgramUnderTest.Inbox, recipients, Mail.FromAgent(subject)), Does.StartWith("250 "));
    }

    /// <summary>Waits until Sent shows its messages with these keywords: for each message, in order, its keywords apart by blanks.</summary>
    public async Task SentShowsAsync(params string[] keywords)
    {
        string[] shown = [];
        try
        {
            await Eventually.IsAsync(async () => (shown = await SentAsync()).SequenceEqual(keywords), $"{string.Join(" / ", keywords)} in Sent");
        }
        catch (AssertionException late)
        {
            throw new AssertionException($"{late.Message}, which shows {string.Join(" / ", shown)}\n{Program.ErrorOutput}", late);
        }
    }

    public async Task<string[]> SentAsync()
    {
        await using var imap = await Program.LogInToImapAsync();
        (await imap.CommandAsync("EXAMINE Sent")).EnsureOk();
        return
        [
            .. (await imap.CommandAsync("FETCH 1:* (FLAGS)")).Untagged
                .Where(line => line.Contains("FETCH", StringComparison.Ordinal))
                .Select(line => string.Join(' ', line[(line.LastIndexOf('(') + 1)..].TrimEnd(')').Split(' ').Where(flag => flag.StartsWith('$')))),
        ];
    }

    /// <summary>Waits for one report in INBOX; its text.</summary>
    public async Task<string> ReportAsync()
    {
        await using var imap = await Program.LogInToImapAsync();
        await Eventually.IsAsync(async () => (await imap.CommandAsync("SELECT INBOX")).EnsureOk().Untagged.Contains("* 1 EXISTS"), "a report in INBOX");
        return string.Join('\n', (await imap.CommandAsync("FETCH 1 BODY.PEEK[]")).Untagged);
    }

    /// <summary>What <c>queue list --json</c> writes.</summary>
    public async Task<string> QueueAsync() => (await Program.RunCommandAsync("queue", "list", "--json")).Output;

    /// <summary>Makes all that waits due now.</summary>
    public async Task RetryAsync() => Assert.That((await Program.RunCommandAsync("queue", "retry", "--all")).ExitCode, Is.Zero);

    /// <summary>The first value that a statement returns.</summary>
    public async Task<T> SqlAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(_database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync() ?? throw new InvalidOperationException("No row."));
    }

    public async ValueTask DisposeAsync()
    {
        await Program.DisposeAsync();
        await _database.DisposeAsync();
    }
}
