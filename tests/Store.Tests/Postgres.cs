using AgentPost.Support;

namespace AgentPost.Store.Tests;

/// <summary>The Postgres that all tests of this assembly share.</summary>
[SetUpFixture]
public sealed class Postgres
{
    static TestPostgres? _instance;

    public static TestPostgres Instance => _instance ?? throw new InvalidOperationException("No test runs outside the set-up.");

    [OneTimeSetUp]
    public async Task StartAsync() => _instance = await TestPostgres.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_instance is not null)
        {
            await _instance.DisposeAsync();
        }
    }
}
