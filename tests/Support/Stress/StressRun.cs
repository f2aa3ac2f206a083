using AgentPost.Store.Model;

namespace AgentPost.Support.Stress;

/// <summary>
/// Ten connections to two programs on one database give random commands on one folder, each in a dialect of its own. Each checks that it is told nothing that cannot be (see
/// <see cref="ClientView"/>); at the end all know the same, and it is what the database holds.
/// </summary>
public static class StressRun
{
    const int Messages = 30;

    /// <param name="seed">Of the commands; what comes when is chance.</param>
    /// <returns>How many commands were given.</returns>
    /// <exception cref="StressException">What was wrong, and what was said before.</exception>
    public static async Task<int> PlayAsync(TestDatabase database, TimeSpan length, int seed)
    {
        await using var first = await ProgramUnderTest.StartAsync(database.ConnectionString);
        await using var second = await ProgramUnderTest.StartAsync(database.ConnectionString, ("AGENTPOST_BOOTSTRAP__KEY", first.Key));
        await FillAsync(first);
        var facts = new SharedFacts();
        var clients = new List<StressClient>();
        try
        {
            foreach (var (number, dialect) in Dialect.All.Index())
            {
                var host = number % 2 == 0 ? first : second;
                var imap = await ImapDialogue.BeginAsync(host.ConnectImapAsync(CancellationToken.None));
                clients.Add(new(imap, facts, new(seed + number), dialect, host.Folder));
                await imap.LogInAsync(ProgramUnderTest.Inbox, first.Key);
                await clients[^1].BeginAsync();
            }
            await RunAsync(clients, length);
            await CompareAsync(clients, database);
            return clients.Sum(client => client.Commands);
        }
        finally
        {
            foreach (var client in clients)
            {
                await client.DisposeAsync();
            }
        }
    }

    static async Task FillAsync(ProgramUnderTest program)
    {
        await using var imap = await program.LogInToImapAsync();
        (await imap.CommandAsync($"CREATE {StressClient.Folder}")).EnsureOk();
        (await imap.CommandAsync($"CREATE {StressClient.OtherFolder}")).EnsureOk();
        for (var number = 0; number < Messages; number++)
        {
            (await imap.AppendAsync(StressClient.Folder, "", "Subject: stress\r\n\r\nfirst\r\n"u8.ToArray())).EnsureOk();
        }
    }

    // The first mistake ends the run for all.
    static async Task RunAsync(List<StressClient> clients, TimeSpan length)
    {
        using var end = new CancellationTokenSource(length);
        var runs = clients.Select(client => client.RunAsync(end.Token)).ToList();
        var left = runs.ToList();
        while (left.Count > 0 && await Task.WhenAny(left) is var ended && ended.IsCompletedSuccessfully)
        {
            left.Remove(ended);
        }
        await end.CancelAsync();
        await Task.WhenAll(runs);
    }

    static async Task CompareAsync(List<StressClient> clients, TestDatabase database)
    {
        var truth = await DatabaseAsync(database);
        foreach (var client in clients)
        {
            await client.SettleAsync();
            var view = client.View.Messages.Select(message => $"{message.Uid} {KnownMessage.Text(message.Flags)}").ToList();
            if (!view.SequenceEqual(truth))
            {
                throw new StressException($"A client knows\n{string.Join('\n', view.Except(truth))}\nwhere the database has\n{string.Join('\n', truth.Except(view))}");
            }
        }
    }

    static async Task<List<string>> DatabaseAsync(TestDatabase database)
    {
        await using var store = await database.OpenStoreAsync();
        var inbox = await store.Accounts.FindInboxAsync(ProgramUnderTest.Inbox, CancellationToken.None) ?? throw new StressException("The inbox is gone.");
        var folders = await store.Folders.ListAsync(inbox.Id, CancellationToken.None);
        var folder = folders.Folders.Single(folder => folder.Name.Value == StressClient.Folder);
        using var lease = await store.Live.OpenAsync(new(inbox.Id, folder.Id), CancellationToken.None);
        return
        [
            .. lease.Folder.Current.Blocks.SelectMany(block => block.Entries.ToArray())
                .Select(entry => $"{entry.Uid} {KnownMessage.Text(KnownMessage.NewFlags(Names(entry)))}"),
        ];
    }

    static IEnumerable<string> Names(FolderEntry entry) => Enum.GetValues<SystemFlags>()
        .Where(flag => flag is not SystemFlags.None && entry.Flags.HasFlag(flag))
        .Select(flag => $@"\{flag}")
        .Concat(entry.Keywords.Names);
}
