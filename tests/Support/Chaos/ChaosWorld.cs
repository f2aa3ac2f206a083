using AgentPost.Store.Embedded;

namespace AgentPost.Support.Chaos;

/// <summary>What faults act on: two hosts, a primary and its synchronous standby.</summary>
sealed class ChaosWorld : IAsyncDisposable
{
    public const string Agent = ProgramUnderTest.Inbox;
    public const string Reader = "reader@agentpost.test";
    public const string Customer = "customer@agentpost.test";
    public const string Folder = "Chaos";
    public const string Keep = "Trash";

    const UnixFileMode Passable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    readonly string _root;
    readonly List<PostgresServer> _servers = [];
    readonly List<ChaosHost> _hosts = [];
    int _copies;

    ChaosWorld(string root, Ledger ledger)
    {
        _root = root;
        Ledger = ledger;
        Books =
        [
            new(ledger, new(Agent, Folder)), new(ledger, new(Agent, "Sent")), new(ledger, new(Agent, Keep)),
            new(ledger, new(Reader, "INBOX")),
            new(ledger, new(Customer, "INBOX")),
        ];
    }

    public Ledger Ledger { get; }

    public IReadOnlyList<ChaosHost> Hosts => _hosts;

    public IReadOnlyList<UidBook> Books { get; }

    /// <summary>Index of the primary, in <see cref="ChaosHost.Gates"/> too.</summary>
    public int PrimaryIndex { get; private set; }

    public PostgresServer Primary => _servers[PrimaryIndex];

    public PostgresServer Standby => _servers[1 - PrimaryIndex];

    /// <summary>The key that opens all inboxes, on all hosts.</summary>
    public string Key => _hosts[0].Program.Key;

    public static async Task<ChaosWorld> StartAsync(Ledger ledger)
    {
        var root = Directory.CreateTempSubdirectory("agentpost-chaos-").FullName;
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(root, Passable);
        }
        // Postgres does not run as root.
        (await ServiceUser.FindAsync(root, CancellationToken.None)).Own(root);
        var world = new ChaosWorld(root, ledger);
        try
        {
            await world.FillAsync();
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes the standby the primary, after the primary was killed, and gives it a new standby.</summary>
    public async Task PromoteAsync()
    {
        await Standby.PromoteAsync();
        PrimaryIndex = 1 - PrimaryIndex;
        await Standby.DestroyAsync();
        await Standby.FollowAsync(Primary);
    }

    /// <summary>The subjects of the messages of a folder, as the database has them.</summary>
    public Task<IReadOnlyList<string>> ReadDatabaseAsync(Place place) => Primary.QueryAsync<IReadOnlyList<string>>(
        $"""
        select t.subject from inboxes i join folders f using (inbox_id) join entries e using (inbox_id, folder_id)
            join message_texts t using (inbox_id, message_id)
        where i.address = '{place.Inbox}' and f.name = '{place.Folder}'
        """,
        reader =>
        {
            var subjects = new List<string>();
            while (reader.Read())
            {
                subjects.Add(reader.GetString(0));
            }
            return subjects;
        });

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }
        foreach (var server in _servers)
        {
            server.Thaw();
            await server.DestroyAsync();
        }
        Directory.Delete(_root, recursive: true);
    }

    async Task FillAsync()
    {
        _servers.Add(await PostgresServer.CreatePrimaryAsync(_root, $"postgres-{++_copies}"));
        _servers.Add(await PostgresServer.CreateStandbyAsync(_root, $"postgres-{++_copies}", Primary));
        await Primary.RequireStandbyAsync();
        var canMount = Posix.IsRoot && OperatingSystem.IsLinux();
        _hosts.Add(await ChaosHost.StartAsync("host-1", _root, _servers, null, hasOwnDisk: false, Ledger));
        _hosts.Add(await ChaosHost.StartAsync("host-2", _root, _servers, Key, canMount, Ledger));
        foreach (var inbox in (string[])[Reader, Customer])
        {
            await _hosts[0].Program.RunCommandAsync("inbox", "create", inbox);
        }
        await using var imap = await _hosts[0].Program.LogInToImapAsync();
        (await imap.CommandAsync($"CREATE {Folder}")).EnsureOk();
        for (var number = 0; number < 5; number++)
        {
            var entry = Ledger.Begin("kept", new Place(Agent, Keep));
            entry.Attempt();
            var answer = await imap.AppendAsync(Keep, "",
                ChaosMessage.Create(entry.Token, Agent, Agent, new Random(number)));
            entry.Settle(LedgerState.Acknowledged, answer.EnsureOk().Status);
        }
    }
}
