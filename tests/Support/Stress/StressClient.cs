using System.Globalization;
using System.Text;

namespace AgentPost.Support.Stress;

/// <summary>One connection that gives random commands and checks every answer against what it has been told before.</summary>
sealed class StressClient : IAsyncDisposable
{
    public const string Folder = "Stress";
    public const string OtherFolder = "Other";

    const int UsualMessages = 120;
    const int KeptExchanges = 12;

    static readonly string[] SystemFlags = [@"\Seen", @"\Flagged", @"\Answered", @"\Draft"];
    static readonly string[] Criteria = ["UNSEEN", "FLAGGED NOT DELETED", "KEYWORD blue", "1:* UNKEYWORD blue", "SUBJECT stress", "RECENT"];

    readonly ImapDialogue _imap;
    readonly SharedFacts _facts;
    readonly Random _random;
    readonly Enabling _enabling;
    readonly string _host;
    readonly Queue<string> _exchanges = [];
    readonly (int Weight, Func<Task> Run)[] _steps;
    ClientView _view;
    int _appended;

    public StressClient(ImapDialogue imap, SharedFacts facts, Random random, Enabling enabling, string host)
    {
        _imap = imap;
        _facts = facts;
        _random = random;
        _enabling = enabling;
        _host = host;
        _view = NewView();
        _steps =
        [
            (8, () => CommandAsync("NOOP", Numbers.MayChange)),
            (10, FetchAsync),
            (6, FetchStaticAsync),
            (4, ReadAsync),
            (16, StoreAsync),
            (6, SearchAsync),
            (4, DeleteAsync),
            (3, () => CommandAsync("EXPUNGE", Numbers.MayChange)),
            (3, ExpungeByUidAsync),
            (10, AppendAsync),
            (5, CopyAsync),
            (2, MoveAsync),
            (4, IdleAsync),
            (3, SelectAgainAsync),
        ];
    }

    public ClientView View => _view;

    public int Commands { get; private set; }

    bool KeepsModSeqs => _enabling is Enabling.CondStore or Enabling.QResync;

    public async Task BeginAsync()
    {
        if (_enabling is not Enabling.Nothing)
        {
            (await _imap.CommandAsync($"ENABLE {_enabling.ToString().ToUpperInvariant()}")).EnsureOk();
        }
        await CommandAsync($"SELECT {Folder}", Numbers.MayChange);
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
            throw new StressException($"{_enabling}: {exception.Message}\n{string.Join('\n', _exchanges)}", exception);
        }
    }

    /// <summary>Asks for all that it may not have been told yet; what it knew before must have been right.</summary>
    public async Task SettleAsync()
    {
        await CommandAsync("NOOP", Numbers.MayChange);
        var known = _view.Messages.Select(message => (message.Uid, Flags: KnownMessage.Text(message.Flags))).ToList();
        await CommandAsync($"FETCH 1:* {FlagItems}", Numbers.Stay);
        foreach (var (before, now) in known.Zip(_view.Messages))
        {
            if (before.Flags != "?" && before.Flags != KnownMessage.Text(now.Flags))
            {
                throw new StressException($"{_enabling}: UID {now.Uid} was known as ({before.Flags}) and is ({KnownMessage.Text(now.Flags)})\n{string.Join('\n', _exchanges)}");
            }
        }
    }

    public ValueTask DisposeAsync() => _imap.DisposeAsync();

    string FlagItems => KeepsModSeqs ? "(UID FLAGS MODSEQ)" : "(UID FLAGS)";

    ClientView NewView() => new(_facts) { Host = _host, UsesVanished = _enabling is Enabling.QResync };

    Task PickAsync()
    {
        var pick = _random.Next(_steps.Sum(step => step.Weight));
        return _steps.First(step => (pick -= step.Weight) < 0).Run();
    }

    async Task<ImapAnswer> CommandAsync(string command, Numbers numbers) => Hear(await _imap.CommandAsync(command), numbers);

    ImapAnswer Hear(ImapAnswer answer, Numbers numbers)
    {
        Commands++;
        _exchanges.Enqueue($"C: {answer.Command}\n{string.Concat(answer.Untagged.Select(line => $"S: {line}\n"))}S: {answer.Status}");
        if (_exchanges.Count > KeptExchanges)
        {
            _exchanges.Dequeue();
        }
        _view.Hear(answer, numbers);
        return answer.Status.StartsWith("OK", StringComparison.Ordinal) ? answer : throw new StressException($"{answer.Command} was answered {answer.Status}");
    }

    /// <summary>Messages by number or by UID, in every form of a set.</summary>
    (string Prefix, string Set, List<KnownMessage> Messages) Pick()
    {
        var count = _view.Messages.Count;
        var (first, last) = (_random.Next(count), _random.Next(count));
        (first, last) = (_random.Next(8), first <= last) switch
        {
            (0, _) => (0, count - 1),
            ( < 4, _) => (first, first),
            (_, true) => (first, last),
            _ => (last, first),
        };
        var messages = _view.Messages.Skip(first).Take(last - first + 1).ToList();
        if (_random.Next(2) == 0 && messages.TrueForAll(message => message.Uid is not null))
        {
            var end = last == count - 1 && _random.Next(2) == 0 ? "*" : Text(messages[^1].Uid);
            return ("UID ", $"{messages[0].Uid}:{end}", messages);
        }
        return ("", first == last ? Text(first + 1) : $"{Text(last + 1)}:{Text(first + 1)}", messages);
    }

    static string Text(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    static Numbers NumbersOf(string prefix) => prefix.Length == 0 ? Numbers.Stay : Numbers.MayChange;

    async Task FetchAsync() => await FetchAsync(FlagItems);

    async Task FetchStaticAsync() => await FetchAsync("(UID FLAGS RFC822.SIZE INTERNALDATE EMAILID ENVELOPE BODY.PEEK[])");

    async Task ReadAsync() => await FetchAsync("(FLAGS BODY[HEADER.FIELDS (SUBJECT)])");

    async Task FetchAsync(string items)
    {
        if (_view.Messages.Count == 0)
        {
            return;
        }
        var (prefix, set, messages) = Pick();
        var answer = await CommandAsync($"{prefix}FETCH {set} {items}", NumbersOf(prefix));
        var still = _view.Messages.ToHashSet();
        if (!answer.Status.Contains("EXPUNGEISSUED", StringComparison.Ordinal) && messages.Exists(message => still.Contains(message) && !_view.WasFetched(message)))
        {
            throw new StressException("a message that was asked for did not come");
        }
    }

    async Task StoreAsync()
    {
        if (_view.Messages.Count == 0)
        {
            return;
        }
        var (prefix, set, messages) = Pick();
        var mode = new[] { "+FLAGS", "-FLAGS", "FLAGS" }[_random.Next(3)];
        var isSilent = _random.Next(2) == 0;
        var flags = Enumerable.Range(0, _random.Next(3)).Select(_ => NextFlag()).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var condition = KeepsModSeqs && _random.Next(3) == 0 ? $"(UNCHANGEDSINCE {_view.ModSeq - _random.Next(20)}) " : "";
        if (isSilent)
        {
            // What the server does not tell; refused messages it tells.
            messages.ForEach(message => message.Apply(mode, flags));
        }
        await CommandAsync($"{prefix}STORE {set} {condition}{mode}{(isSilent ? ".SILENT" : "")} ({string.Join(' ', flags)})", NumbersOf(prefix));
    }

    string NextFlag() => _random.Next(6) switch
    {
        0 => "blue",
        1 => string.Create(CultureInfo.InvariantCulture, $"word{_random.Next(40)}"),
        _ => SystemFlags[_random.Next(SystemFlags.Length)],
    };

    async Task DeleteAsync()
    {
        if (_view.Messages.Count > 0)
        {
            var at = _random.Next(_view.Messages.Count);
            var last = Math.Min(_view.Messages.Count, at + 1 + _random.Next(1 + _view.Messages.Count / 20));
            await CommandAsync(string.Create(CultureInfo.InvariantCulture, $@"STORE {at + 1}:{last} +FLAGS (\Deleted)"), Numbers.Stay);
        }
    }

    async Task ExpungeByUidAsync()
    {
        if (_view.Uids.FirstOrDefault() is > 0 and var first)
        {
            await CommandAsync($"UID EXPUNGE {first}:{first + (uint)_random.Next(100)}", Numbers.MayChange);
        }
    }

    async Task SearchAsync()
    {
        var known = _view.Messages.Count;
        var isAll = _random.Next(2) == 0;
        var prefix = _random.Next(2) == 0 ? "UID " : "";
        var answer = await CommandAsync($"{prefix}SEARCH {(isAll ? "ALL" : Criteria[_random.Next(Criteria.Length)])}", NumbersOf(prefix));
        var found = answer.Untagged.Single(response => response.StartsWith("* SEARCH", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(2).TakeWhile(word => word[0] != '(').Select(uint.Parse).ToList();
        if (!found.SequenceEqual(found.Distinct().Order()))
        {
            throw new StressException("what SEARCH finds ascends");
        }
        // What comes while it searches is told behind the result.
        if (isAll && prefix.Length == 0 && (found.Count < known || !found.SequenceEqual(Enumerable.Range(1, found.Count).Select(number => (uint)number))))
        {
            throw new StressException("SEARCH ALL finds all");
        }
    }

    async Task AppendAsync()
    {
        if (_view.Messages.Count < UsualMessages || _random.Next(10) == 0)
        {
            var subject = string.Create(CultureInfo.InvariantCulture, $"stress {_enabling} {++_appended}");
            var message = Encoding.ASCII.GetBytes($"From: a@example.test\r\nSubject: {subject}\r\n\r\n{new string('x', _random.Next(2000))}\r\n");
            Hear(await _imap.AppendAsync(Folder, _random.Next(3) == 0 ? $"({NextFlag()})" : "", message), Numbers.MayChange);
        }
    }

    async Task CopyAsync()
    {
        if (_view.Messages.Count is > 0 and < 2 * UsualMessages)
        {
            var (prefix, set, _) = Pick();
            var isOne = _view.Messages.Count > UsualMessages || _random.Next(2) == 0;
            await CommandAsync(isOne ? $"COPY 1 {Folder}" : $"{prefix}COPY {set} {OtherFolder}", Numbers.MayChange);
        }
    }

    async Task MoveAsync()
    {
        if (_view.Messages.Count > 0)
        {
            var at = 1 + _random.Next(_view.Messages.Count);
            var last = Math.Min(_view.Messages.Count, at + _random.Next(3));
            await CommandAsync(string.Create(CultureInfo.InvariantCulture, $"MOVE {at}:{last} {(_random.Next(2) == 0 ? Folder : OtherFolder)}"), Numbers.MayChange);
        }
    }

    async Task IdleAsync() => Hear(await _imap.IdleAsync(TimeSpan.FromMilliseconds(_random.Next(60))), Numbers.MayChange);

    /// <summary>Leaves and comes again; with QRESYNC it goes on from what it knows, and must then know all.</summary>
    async Task SelectAgainAsync()
    {
        var kept = _view.Messages.Where(message => message is { Uid: not null, Flags: not null }).ToDictionary(message => message.Uid ?? 0);
        var (validity, since) = (_view.UidValidity, _view.ModSeq);
        await CommandAsync(_random.Next(2) == 0 ? "UNSELECT" : "NOOP", Numbers.MayChange);
        since = Math.Min(since, _view.ModSeq);
        _view = NewView();
        if (_enabling is not Enabling.QResync)
        {
            await CommandAsync($"SELECT {Folder}", Numbers.MayChange);
            return;
        }
        await CommandAsync($"SELECT {Folder} (QRESYNC ({validity} {since}))", Numbers.MayChange);
        var highest = _view.ModSeq;
        foreach (var uid in kept.Keys.Where(uid => _view.VanishedEarlier.Any(range => range.First <= uid && uid <= range.Last)).ToList())
        {
            kept.Remove(uid);
        }
        foreach (var message in _view.Messages.Where(message => message.Uid is not null))
        {
            kept[message.Uid ?? 0] = new() { Uid = message.Uid, Flags = message.Flags };
        }
        await CommandAsync($"FETCH 1:* {FlagItems}", Numbers.Stay);
        CheckKept(kept, since, highest);
    }

    void CheckKept(Dictionary<uint, KnownMessage> kept, long since, long highest)
    {
        if (kept.Keys.Except(_view.Uids).FirstOrDefault() is > 0 and var gone)
        {
            throw new StressException($"UID {gone} is gone, of which VANISHED (EARLIER) has not told");
        }
        foreach (var message in _view.Messages.Where(message => message.ModSeq <= highest))
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

/// <summary>What a client enables.</summary>
enum Enabling
{
    Nothing,
    CondStore,
    QResync,
}
