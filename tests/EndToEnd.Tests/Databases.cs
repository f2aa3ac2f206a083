using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests;

/// <summary>The Postgres of this test run, started before the first test and gone after the last.</summary>
[SetUpFixture]
public sealed class Databases
{
    static TestPostgres? _postgres;

    static TestPostgres Running => _postgres ?? throw new InvalidOperationException("No test runs.");

    [OneTimeSetUp]
    public static async Task Start() => _postgres = await TestPostgres.StartAsync();

    [OneTimeTearDown]
    public static async Task Stop()
    {
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }
    }

    /// <summary>A fresh database; the caller disposes it.</summary>
    internal static Task<TestDatabase> CreateAsync() => Running.CreateDatabaseAsync();

    /// <summary>A fresh database without a schema; the caller disposes it.</summary>
    internal static Task<TestDatabase> CreateEmptyAsync() => Running.CreateEmptyDatabaseAsync();
}
