using System.Net.WebSockets;
using System.Text.Json;
using AgentPost.EndToEnd.Tests.Delivery;
using AgentPost.Support;
using Npgsql;

namespace AgentPost.EndToEnd.Tests.Workers;

/// <summary>Every worker of the running program meets a table that is not there, and works again when it is back.</summary>
sealed class WorkerFaultTests
{
    static readonly string[] AtStart = ["delivery", "remote accounts", "retention", "webhooks"];
    static readonly string[] OnDemand = ["login watch", "WebSocket watch", "session events"];

    [Test]
    public async Task A_fault_in_any_worker_is_logged_and_retried_and_stops_nothing()
    {
        await using var database = await Databases.CreateAsync();
        await (await database.OpenStoreAsync()).DisposeAsync();
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        string[] tables = ["queue", "surfaces", "tombstones", "webhook_deliveries"];
        await HideAsync(source, tables);
        await using var program = await ProgramUnderTest.StartAsync(database.ConnectionString);
        await LoggedAsync(program, AtStart);
        await ShowAsync(source, tables);

        await using var imap = await program.LogInToImapAsync();
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {program.Key}");
        await socket.ConnectAsync(new($"ws://127.0.0.1:{program.HttpPort}/ws"), default);
        await HideAsync(source, ["event_notes"]);
        await using var other = await program.LogInToImapAsync();
        await HideAsync(source, ["keys"]);
        await RunAsync(source, "select pg_notify('agentpost', 'test accounts')");
        await LoggedAsync(program, OnDemand);
        await ShowAsync(source, ["keys", "event_notes"]);

        Assert.That(await HealthAsync(program), Is.EqualTo("ok"));
        await using var smtp = await program.LogInToSmtpAsync();
        Assert.That(await smtp.SubmitAsync(ProgramUnderTest.Inbox, [ProgramUnderTest.Inbox], Mail.FromAgent("works")), Does.StartWith("250 "));
        Assert.That((await program.RunCommandAsync("key", "create", "--scopes", "messages:read")).ExitCode, Is.Zero);
        Assert.That((await imap.CommandAsync("NOOP")).Status, Does.StartWith("OK"));
        Assert.That(await program.StopAsync(), Is.Zero);
    }

    static Task HideAsync(NpgsqlDataSource source, IEnumerable<string> tables) =>
        RunAsync(source, string.Join(';', tables.Select(table => $"alter table {table} rename to hidden_{table}")));

    static Task ShowAsync(NpgsqlDataSource source, IEnumerable<string> tables) =>
        RunAsync(source, string.Join(';', tables.Select(table => $"alter table hidden_{table} rename to {table}")));

    static async Task RunAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    static async Task LoggedAsync(ProgramUnderTest program, IEnumerable<string> workers)
    {
        foreach (var worker in workers)
        {
            await Eventually.IsAsync(() => FaultOf(program, worker) is not null, $"the fault of '{worker}' in: {program.ErrorOutput}");
            Assert.That(FaultOf(program, worker), Does.Contain("42P01").And.Contain("   at "), worker);
        }
    }

    static string? FaultOf(ProgramUnderTest program, string worker) =>
        program.ErrorOutput.Split('\n').FirstOrDefault(line => line.Contains($"The worker \\\"{worker}\\\" failed", StringComparison.Ordinal));

    static async Task<string?> HealthAsync(ProgramUnderTest program)
    {
        using var client = new HttpClient();
        using var report = JsonDocument.Parse(await client.GetStringAsync(new Uri($"http://127.0.0.1:{program.HttpPort}/health")));
        return report.RootElement.GetProperty("status").GetString();
    }
}
