using System.Text.Json;
using AgentPost.Support;
using Npgsql;

namespace AgentPost.EndToEnd.Tests.Api;

/// <summary>For fixtures that call the HTTP API of one program.</summary>
abstract class RunningApi : RunningProgram
{
    ApiClient? _api;

    /// <summary>With a key that may do everything.</summary>
    protected ApiClient Api => _api ?? throw new InvalidOperationException("The program has not started.");

    protected static string Inbox => $"/api/v1/inboxes/{ProgramUnderTest.Inbox}";

    [OneTimeSetUp]
    public void OpenClient() => _api = new(Program, Program.Key);

    [OneTimeTearDown]
    public void CloseClient() => _api?.Dispose();

    /// <summary>A client with a new key. The caller disposes it.</summary>
    protected async Task<ApiClient> ClientAsync(IReadOnlyList<string> scopes, params string[] inboxes) =>
        new(Program, (await Api.PostAsync("/api/v1/keys", new { scopes, inboxes })).EnsureOk()["secret"].GetString());

    /// <summary>A new inbox's address.</summary>
    protected async Task<string> NewInboxAsync(string? name = null) =>
        (await Api.PostAsync("/api/v1/inboxes", new { display_name = name ?? "" })).EnsureOk()["email"].GetString()!;

    /// <summary>The one item of a page.</summary>
    protected static JsonElement Only(ApiAnswer page)
    {
        var data = page.EnsureOk()["data"];
        Assert.That(data.GetArrayLength(), Is.EqualTo(1), page.Text);
        return data[0];
    }

    protected static IEnumerable<string?> Subjects(ApiAnswer page) =>
        page.EnsureOk()["data"].EnumerateArray().Select(message => message.GetProperty("subject").GetString());

    protected async Task ExecuteAsync(string sql, params object[] values)
    {
        await using var source = NpgsqlDataSource.Create(Database.ConnectionString);
        await using var command = source.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }
        await command.ExecuteNonQueryAsync();
    }
}
