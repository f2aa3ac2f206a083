using System.Diagnostics;
using System.Globalization;
using AgentPost.Store.Embedded;
using AgentPost.Store.Model;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AgentPost.Store.Tests.Embedded;

/// <summary>Each test has a data folder and a cluster of its own.</summary>
public sealed class EmbeddedPostgresTests
{
    static readonly CancellationToken None = CancellationToken.None;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    string _data;

    string Files => Path.Combine(_data, "postgres");

    string Cluster => Path.Combine(Files, "cluster");

    [SetUp]
    public void MakeFolder() => _data = Path.Combine(Path.GetTempPath(), "agentpost-test-" + Path.GetRandomFileName());

    [TearDown]
    public void RemoveFolder()
    {
        if (FindPostmaster() is { } left)
        {
            Posix.Signal(left, Posix.Quit);
            Assert.Fail($"The test left postmaster {left} running.");
        }
        RemoveOutside();
        if (Directory.Exists(_data))
        {
            Directory.Delete(_data, recursive: true);
        }
    }

    [Test]
    public async Task What_the_first_run_stored_a_later_one_finds()
    {
        await using (var first = await OpenAsync())
        {
            await first.Accounts.CreateInboxAsync("agent@agentpost.test", null, None);
        }
        Assert.That(FindPostmaster(), Is.Null);
        await using var later = await OpenAsync();
        Assert.That(await later.Accounts.FindInboxAsync("agent@agentpost.test", None), Is.Not.Null);
    }

    [Test]
    public async Task The_log_of_Postgres_stays_small_and_has_no_statements()
    {
        await using var postgres = await StartAsync();
        var log = Path.Combine(Files, "postgres.log");
        await File.AppendAllTextAsync(log, new string('x', 11 << 20), None);
        var since = Stopwatch.StartNew();
        while (new FileInfo(log).Length > 1 << 20)
        {
            Assert.That(since.Elapsed, Is.LessThan(Patience));
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
        Assert.That(new FileInfo(log + ".old").Length, Is.GreaterThan(11 << 20));

        Assert.That(
            async () => await QueryAsync(postgres, "set statement_timeout = '50ms'; select pg_sleep(10), 'text of a search'"), Throws.TypeOf<PostgresException>());

        var text = await File.ReadAllTextAsync(log, None);
        Assert.That(text, Does.Contain("canceling statement").And.Not.Contain("text of a search"));
        Assert.That(text.Contains('\0', StringComparison.Ordinal), Is.False, "Postgres does not append.");
    }

    [Test]
    public async Task A_postmaster_left_running_by_a_killed_program_is_taken_over()
    {
        var left = await LeaveRunningAsync();
        await using (var postgres = await StartAsync())
        {
            Assert.That(FindPostmaster(), Is.EqualTo(left));
            await QueryAsync(postgres, "select 1");
        }
        Assert.That(FindPostmaster(), Is.Null);
    }

    [Test]
    public async Task Several_programs_share_it_and_the_last_one_stops_it()
    {
        var opened = await Task.WhenAll(StartAsync(), StartAsync(), StartAsync());
        var postmaster = FindPostmaster();
        await opened[0].DisposeAsync();
        await opened[1].DisposeAsync();
        Assert.That(FindPostmaster(), Is.EqualTo(postmaster));
        await QueryAsync(opened[2], "select 1");
        await opened[2].DisposeAsync();
        Assert.That(FindPostmaster(), Is.Null);
    }

    [Test]
    public async Task It_comes_back_by_itself_when_it_dies()
    {
        await using var store = await OpenAsync();
        await store.Accounts.CreateInboxAsync("agent@agentpost.test", null, None);
        var killed = FindPostmaster() ?? 0;
        Posix.Signal(killed, 9);
        await WaitAsync(async () => FindPostmaster() != killed && await AnswersAsync(store));
        Assert.That(await store.Accounts.FindInboxAsync("agent@agentpost.test", None), Is.Not.Null);
    }

    [Test]
    public async Task A_pid_file_whose_process_is_dead_or_another_does_no_harm()
    {
        await (await StartAsync()).DisposeAsync();
        using var dead = Process.Start("true");
        await dead.WaitForExitAsync();
        using var foreign = Process.Start("sleep", "300");
        try
        {
            foreach (var processId in new[] { dead.Id, foreign.Id, Environment.ProcessId, 1 })
            {
                await LeaveFilesOfAsync(processId);
                await using var postgres = await StartAsync();
                Assert.That(await QueryAsync(postgres, "select 1"), Is.EqualTo(1));
            }
        }
        finally
        {
            foreign.Kill();
        }
    }

    [Test]
    public async Task A_half_made_cluster_is_made_anew()
    {
        await (await StartAsync()).DisposeAsync();
        Directory.Move(Cluster, Path.Combine(Files, "cluster.unfinished"));
        Directory.Delete(Path.Combine(Files, "cluster.unfinished", "base"), recursive: true);
        await using var postgres = await StartAsync();
        Assert.That(await QueryAsync(postgres, "select 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task It_listens_on_no_network()
    {
        await using var postgres = await StartAsync();
        Assert.That(await QueryAsync(postgres, "show listen_addresses"), Is.EqualTo(""));
        var sockets = Directory.EnumerateFileSystemEntries($"/proc/{FindPostmaster()}/fd")
            .Select(entry => Path.GetFileName(File.ResolveLinkTarget(entry, returnFinalTarget: false)?.FullName) ?? "")
            .Where(target => target.StartsWith("socket:[", StringComparison.Ordinal))
            .Select(target => target["socket:[".Length..^1])
            .ToList();
        Assert.That(sockets, Is.Not.Empty);
        foreach (var table in new[] { "/proc/net/tcp", "/proc/net/tcp6" }.Where(File.Exists))
        {
            var inodes = (await File.ReadAllLinesAsync(table)).Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[9]);
            Assert.That(inodes.Intersect(sockets), Is.Empty);
        }
    }

    [Test]
    public async Task Durability_is_on()
    {
        await using var postgres = await StartAsync();
        foreach (var setting in new[] { "fsync", "synchronous_commit", "full_page_writes", "data_checksums" })
        {
            Assert.That(await QueryAsync(postgres, "show " + setting), Is.EqualTo("on"), setting);
        }
    }

    [Test]
    public async Task Another_user_of_the_machine_cannot_connect()
    {
        if (!Posix.IsRoot)
        {
            Assert.Ignore("Only root can act as another user.");
        }
        await using var postgres = await StartAsync();
        var socket = new NpgsqlConnectionStringBuilder(postgres.ConnectionString).Host ?? "";
        string[] connect = ["psql", "-h", socket, "-U", "agentpost", "-d", "agentpost", "-c", "select 1"];
        var (refused, output) = await Tool.RunAsync(["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", .. connect], None);
        Assert.That(refused, Is.Not.Zero);
        Assert.That(output, Does.Contain("Permission denied"));
        Assert.That((await Tool.RunAsync(connect, None)).ExitCode, Is.Zero);

        // Should the folder ever be opened, Postgres itself still knows who may.
        await Tool.RunAsync(["chmod", "0755", Files, socket], None);
        await Tool.RunAsync(["chmod", "0777", Path.Combine(socket, ".s.PGSQL.5432")], None);
        (refused, output) = await Tool.RunAsync(["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", .. connect], None);
        Assert.That(refused, Is.Not.Zero);
        Assert.That(output, Does.Contain("Peer authentication failed"));
    }

    [Test]
    public async Task A_data_folder_that_Postgres_cannot_reach_links_to_one_that_it_can()
    {
        if (!Posix.IsRoot)
        {
            Assert.Ignore("Only root runs Postgres as another user.");
        }
        Posix.TryMakePrivateFolder(_data);
        await (await StartAsync()).DisposeAsync();
        Assert.That(Directory.ResolveLinkTarget(Files, returnFinalTarget: true)?.FullName, Does.StartWith("/var/lib/agentpost-postgres/"));
        await using var later = await StartAsync();
        Assert.That(await QueryAsync(later, "select 1"), Is.EqualTo(1));
    }

    [TestCase("x-60/y-60", Description = "too long for a socket")]
    [TestCase("it's a folder, 数据")]
    [TestCase("a \"b\" $(touch c) `touch c` \\")]
    public async Task Any_path_will_do(string path)
    {
        var root = _data;
        _data = Path.Combine(root, path.Replace("-60", new string('x', 60), StringComparison.Ordinal));
        try
        {
            await using var postgres = await StartAsync();
            Assert.That(await QueryAsync(postgres, "select 1"), Is.EqualTo(1));
        }
        finally
        {
            RemoveOutside();
            _data = root;
        }
    }

    [Test]
    public async Task The_cluster_of_a_version_that_is_not_installed_says_what_to_install()
    {
        await (await StartAsync()).DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(Cluster, "PG_VERSION"), "99\n");
        Assert.That(
            StartAsync,
            Throws.TypeOf<StoreSetupException>().With.Message.Contains("made by Postgres 99, which is not installed").And.Message.Contains("postgresql-99"));
    }

    void RemoveOutside()
    {
        if (Directory.Exists(Files) && Directory.ResolveLinkTarget(Files, returnFinalTarget: true) is { } outside)
        {
            Directory.Delete(outside.FullName, recursive: true);
        }
    }

    Task<MailStore> OpenAsync() =>
        MailStore.OpenAsync(
            new(_data, null) { Domains = ["agentpost.test"] }, NullLoggerFactory.Instance, TimeProvider.System, None);

    Task<EmbeddedPostgres> StartAsync() => EmbeddedPostgres.StartAsync(_data, NullLogger.Instance, None);

    // As after kill -9: the postmaster runs, nobody holds the locks. A lock is held while the other goes, so that nobody is the last user.
    async Task<int> LeaveRunningAsync()
    {
        var postgres = await StartAsync();
        using (await FolderLock.TakeSharedAsync(Path.Combine(Files, "users.lock"), None))
        {
            await postgres.DisposeAsync();
        }
        return FindPostmaster() ?? 0;
    }

    async Task LeaveFilesOfAsync(int processId)
    {
        var socket = Path.Combine(Files, "socket");
        var lines = $"{processId}\n{Cluster}\n{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}\n5432\n{socket}\n\n  5432001    123456\nready   \n";
        await File.WriteAllTextAsync(Path.Combine(Cluster, "postmaster.pid"), lines);
        await File.WriteAllTextAsync(Path.Combine(socket, ".s.PGSQL.5432.lock"), lines);
    }

    int? FindPostmaster()
    {
        var file = Path.Combine(Cluster, "postmaster.pid");
        try
        {
            using var process = Process.GetProcessById(int.Parse(File.ReadLines(file).First(), CultureInfo.InvariantCulture));
            return process.ProcessName == "postgres" ? process.Id : null;
        }
        catch (Exception gone) when (gone is IOException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    static async Task<object?> QueryAsync(EmbeddedPostgres postgres, string sql)
    {
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    static async Task<bool> AnswersAsync(MailStore store)
    {
        try
        {
            await store.PingAsync(None);
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    static async Task WaitAsync(Func<Task<bool>> condition)
    {
        var since = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.That(since.Elapsed, Is.LessThan(Patience));
            await Task.Delay(10);
        }
    }
}
