namespace AgentPost.Support.Stress;

/// <summary>One connection that gives random commands and checks every answer against what it has been told before.</summary>
sealed class StressClient : IAsyncDisposable
{
    public const string Folder = "Stress";
    public const string OtherFolder = "Other";

    const int KeptExchanges = 12;

    readonly ImapDialogue _imap;
    readonly SharedFacts _facts;
    readonly string _host;
    readonly Queue<string> _exchanges = [];
    readonly SearchSteps _search;
    readonly (int Weight, Func<Task> Run)[] _steps;

    public StressClient(ImapDialogue imap, SharedFacts facts, Random random, Dialect dialect, string host)
    {
        _imap = imap;
        _facts = facts;
        _host = host;
        (Random, Dialect) = (random, dialect);
        View = NewView();
        var messages = new MessageSteps(this);
        _search = new(this);
        _steps =
        [
            (8, () => CommandAsync("NOOP", Numbers.MayChange)),
            (10, messages.FetchFlagsAsync),
            (6, messages.FetchStaticAsync),
            (4, messages.ReadAsync),
            (2, messages.FetchPageAsync),
            (16, messages.StoreAsync),
            (4, _search.SearchAsync),
            (2, _search.SearchPageAsync),
            (2, _search.SortAsync),
            (1, _search.ThreadAsync),
            (4, messages.DeleteAsync),
            (3, messages.ExpungeAsync),
            (3, messages.ExpungeByUidAsync),
            (10, messages.AppendAsync),
            (3, messages.ReplaceAsync),
            (5, messages.CopyAsync),
            (2, messages.MoveAsync),
            (4, IdleAsync),
            (3, SelectAgainAsync),
        ];
    }

    public Random Random { get; }

    public Dialect Dialect { get; }

    public ClientView View { get; private set; }

    public int Commands { get; private set; }

    public async Task BeginAsync()
    {
        if (Dialect.Enables.Length > 0)
        {
            await CommandAsync($"ENABLE {Dialect.Enables}", Numbers.MayChange);
        }
        if (Dialect.Notify is { } notify)
        {
            await CommandAsync(notify, Numbers.MayChange);
        }
        await SelectAsync("");
    }

    /// <summary>Gives commands until the end; whatever is wrong comes with what was said last.</summary>
    public async Task RunAsync(CancellationToken end)
    {
        try
        {
            while (!end.IsCancellationRequested)
            {
                await PickAsync();
            }
        }
        catch (Exception exception) when (exception is StressException or InvalidOperationException or IOException or OperationCanceledException)
        {
            throw Failure(exception.Message, exception);
        }
    }

    /// <summary>Asks for all that it may not have been told yet; what it knew before must have been right.</summary>
    public async Task SettleAsync()
    {
        await CommandAsync("NOOP", Numbers.MayChange);
        var known = View.Messages.Select(message => (Message: message, Flags: KnownMessage.Text(message.Flags))).ToList();
        await FetchAllAsync();
        foreach (var (message, before) in known)
        {
            if (before != "?" && before != KnownMessage.Text(message.Flags))
            {
                throw Failure($"UID {message.Uid} was known as ({before}) and is ({KnownMessage.Text(message.Flags)})");
            }
        }
        var flagged = View.Messages.Where(message => message.Flags?.Contains(@"\Flagged") is true).Select(message => message.Uid ?? 0).ToList();
        if (View.Watched is { } watched && !watched.SetEquals(flagged))
        {
            throw Failure($"the watched search has found {string.Join(' ', watched)}, flagged are {string.Join(' ', flagged)}");
        }
    }

    public Task<ImapAnswer> CommandAsync(string command, Numbers numbers) => HearAsync(_imap.CommandAsync(command), numbers, "OK");

    /// <summary>A command that ends in a message.</summary>
    /// <param name="orElse">How an answer may begin that is not OK.</param>
    public Task<ImapAnswer> CommandAsync(string command, byte[] message, string orElse = "OK") =>
        HearAsync(_imap.CommandAsync(command, message), Numbers.MayChange, orElse);

    public ValueTask DisposeAsync() => _imap.DisposeAsync();

    ClientView NewView() => new(_facts) { Host = _host, Dialect = Dialect };

    Task PickAsync()
    {
        var pick = Random.Next(_steps.Sum(step => step.Weight));
        return _steps.First(step => (pick -= step.Weight) < 0).Run();
    }

    async Task<ImapAnswer> HearAsync(Task<ImapAnswer> answering, Numbers numbers, string orElse)
    {
        var answer = await answering;
        Commands++;
        _exchanges.Enqueue($"C: {answer.Command}\n{string.Concat(answer.Untagged.Select(line => $"S: {line}\n"))}S: {answer.Status}");
        if (_exchanges.Count > KeptExchanges)
        {
            _exchanges.Dequeue();
        }
        View.Hear(answer, numbers);
        return answer.Status.StartsWith("OK", StringComparison.Ordinal) || answer.Status.StartsWith(orElse, StringComparison.Ordinal)
            ? answer
            : throw new StressException($"{answer.Command} was answered {answer.Status}");
    }

    StressException Failure(string what, Exception? inner = null) => new($"{Dialect}: {what}\n{string.Join('\n', _exchanges)}", inner);

    Task IdleAsync() => HearAsync(_imap.IdleAsync(TimeSpan.FromMilliseconds(Random.Next(60))), Numbers.MayChange, "OK");

    Task FetchAllAsync() => Dialect.UsesNumbers
        ? CommandAsync($"FETCH 1:* {Dialect.FlagItems}", Numbers.Stay)
        : CommandAsync($"UID FETCH 1:* {Dialect.FlagItems}", Numbers.MayChange);

    async Task SelectAsync(string parameters)
    {
        View = NewView();
        await CommandAsync($"SELECT {Folder}{parameters}", Numbers.MayChange);
    }

    /// <summary>Leaves and comes again; with QRESYNC it goes on from what it knows, and must then know all.</summary>
    async Task SelectAgainAsync()
    {
        var kept = View.Messages.Where(message => message is { Uid: not null, Flags: not null }).ToDictionary(message => message.Uid ?? 0);
        var (validity, since) = (View.UidValidity, View.ModSeq);
        // After NOTIFY, news of what was selected could come behind NOOP as well.
        await CommandAsync(Dialect.IsNotified || Random.Next(2) == 0 ? "UNSELECT" : "NOOP", Numbers.MayChange);
        since = Math.Min(since, View.ModSeq);
        await SelectAsync(Dialect.ComesAgain ? $" (QRESYNC ({validity} {since}))" : "");
        if (Dialect.ComesAgain)
        {
            await CompareAsync(kept, since);
        }
        if (Random.Next(3) == 0)
        {
            await _search.WatchAsync();
        }
    }

    async Task CompareAsync(Dictionary<uint, KnownMessage> kept, long since)
    {
        var highest = View.ModSeq;
        foreach (var uid in kept.Keys.Where(uid => View.VanishedEarlier.Any(range => range.First <= uid && uid <= range.Last)).ToList())
        {
            kept.Remove(uid);
        }
        foreach (var message in View.Messages.Where(message => message.Uid is not null))
        {
            kept[message.Uid ?? 0] = new() { Uid = message.Uid, Flags = message.Flags };
        }
        await FetchAllAsync();
        CheckKept(kept, since, highest);
    }

    void CheckKept(Dictionary<uint, KnownMessage> kept, long since, long highest)
    {
        if (kept.Keys.Except(View.Uids).Except(View.VanishedNow).FirstOrDefault() is > 0 and var gone)
        {
            throw new StressException($"UID {gone} is gone, of which VANISHED (EARLIER) has not told");
        }
        foreach (var message in View.Messages.Where(message => message.ModSeq <= highest))
        {
            var isKnown = kept.TryGetValue(message.Uid ?? 0, out var known);
            if (isKnown ? KnownMessage.Text(known?.Flags) != KnownMessage.Text(message.Flags) : message.ModSeq > since)
            {
                throw new StressException(
                    $"UID {message.Uid} is ({KnownMessage.Text(message.Flags)}) at {message.ModSeq}, known as ({KnownMessage.Text(known?.Flags)}) since {since}");
            }
        }
    }
}
