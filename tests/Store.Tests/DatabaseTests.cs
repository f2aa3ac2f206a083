using System.Diagnostics;
using System.Net.Sockets;
using System.Net;
using AgentPost.Store.Data;
using AgentPost.Store.Embedded;
using AgentPost.Store.Model;
using AgentPost.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AgentPost.Store.Tests;

public sealed class DatabaseTests
{
    static readonly CancellationToken None = CancellationToken.None;

    TestDatabase _database;
    MailStore _store;

    [SetUp]
    public async Task OpenAsync()
    {
        _database = await Postgres.Instance.CreateDatabaseAsync();
        _store = await _database.OpenStoreAsync();
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await _store.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Test]
    public async Task Reading_survives_that_every_connection_was_cut()
    {
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _store.PingAsync(None)));
        await CutConnectionsAsync();
        Assert.That(async () => await _store.PingAsync(None), Throws.Nothing);
    }

    [Test]
    public async Task A_write_on_a_cut_connection_fails_once_and_then_works()
    {
        // The pool gives back the connections in turn; all are dead.
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _store.PingAsync(None)));
        await CutConnectionsAsync();
        Assert.That(async () => await _store.Accounts.CreateInboxAsync("agent@agentpost.test", null, None), Throws.TypeOf<StoreUnavailableException>());
        Assert.That(async () => await _store.Accounts.CreateInboxAsync("agent@agentpost.test", null, None), Throws.Nothing);
    }

    [Test]
    public async Task A_deadlock_is_tried_again()
    {
        await using var database = new Database(DatabaseSettings.Parse(_database.ConnectionString), new(), NullLogger.Instance, TimeProvider.System);
        await _store.Accounts.CreateInboxAsync("a@agentpost.test", null, None);
        await _store.Accounts.CreateInboxAsync("b@agentpost.test", null, None);
        var bothLocked = new Barrier(2);
        var attempts = 0;

        Task<int> LockAsync(string first, string second) => database.WriteAsync(
            async (connection, token) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(token);
                await TouchAsync(connection, first);
                if (Interlocked.Increment(ref attempts) <= 2)
                {
                    bothLocked.SignalAndWait(token);
                }
                await TouchAsync(connection, second);
                await transaction.CommitAsync(token);
                return 1;
            },
            None);

        var done = await Task.WhenAll(Task.Run(() => LockAsync("a", "b")), Task.Run(() => LockAsync("b", "a")));
        Assert.That(done, Has.Length.EqualTo(2));
        // The database may well take both for victims.
        Assert.That(attempts, Is.GreaterThan(2));
    }

    [Test]
    public async Task A_fault_of_the_program_is_not_taken_for_a_failure_of_the_database()
    {
        await using var database = new Database(DatabaseSettings.Parse(_database.ConnectionString), new(), NullLogger.Instance, TimeProvider.System);
        Assert.That(
            async () => await database.ReadAsync(
                async (connection, token) =>
                {
                    await using var command = new NpgsqlCommand("select nonsense", connection);
                    return await command.ExecuteScalarAsync(token);
                },
                None),
            Throws.TypeOf<PostgresException>());
    }

    [Test]
    public void Cancelling_is_not_taken_for_a_failure_of_the_database()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.That(async () => await _store.PingAsync(cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_database_that_does_not_answer_is_unavailable_within_ten_seconds()
    {
        // Connections are taken by the system's backlog, nobody ever answers.
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen();
        await using var database = new Database(DatabaseSettings.Parse($"Host=127.0.0.1;Port={((IPEndPoint?)silent.LocalEndPoint)?.Port};Username=agentpost"), new(), NullLogger.Instance, TimeProvider.System);
        var since = Stopwatch.StartNew();
        Assert.That(async () => await database.ReadAsync((_, _) => Task.FromResult(1), None), Throws.TypeOf<StoreUnavailableException>());
        Assert.That(since.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
    }

    [Test]
    public async Task A_command_that_is_never_answered_is_given_up()
    {
        const int Stop = 19;
        const int Continue = 18;
        await using var database = new Database(DatabaseSettings.Parse(_database.ConnectionString + ";Command Timeout=1"), new(), NullLogger.Instance, TimeProvider.System);
        var stopped = 0;
        try
        {
            Assert.That(
                async () => await database.ReadAsync(
                    async (connection, token) =>
                    {
                        stopped = connection.ProcessID;
                        Posix.Signal(stopped, Stop);
                        await using var command = new NpgsqlCommand("select 1", connection);
                        return await command.ExecuteScalarAsync(token);
                    },
                    None),
                Throws.TypeOf<StoreUnavailableException>());
        }
        finally
        {
            Posix.Signal(stopped, Continue);
        }
        Assert.That(await database.ReadAsync((_, _) => Task.FromResult(1), None), Is.EqualTo(1));
    }

    [Test]
    public async Task A_database_that_is_not_there_is_unavailable()
    {
        await using var database = new Database(DatabaseSettings.Parse("Host=/nonexistent;Username=agentpost"), new(), NullLogger.Instance, TimeProvider.System);
        Assert.That(async () => await database.ReadAsync((_, _) => Task.FromResult(1), None), Throws.TypeOf<StoreUnavailableException>());
    }

    static async Task TouchAsync(NpgsqlConnection connection, string name)
    {
        await using var command = new NpgsqlCommand("update inboxes set name = name where address = $1 || '@agentpost.test'", connection);
        command.Parameters.Add(new() { Value = name });
        await command.ExecuteNonQueryAsync();
    }

    async Task CutConnectionsAsync()
    {
        await using var source = NpgsqlDataSource.Create(_database.ConnectionString);
        await using var command = source.CreateCommand(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
        await command.ExecuteNonQueryAsync();
    }
}
