using System.Diagnostics;
using System.Globalization;

namespace AgentPost.Support.Chaos;

/// <summary>
/// Every message that a client has handed to the server, and what the server has answered. Thread-safe.
/// </summary>
sealed class Ledger(int seed, Action<string> log)
{
    readonly Lock _lock = new();
    readonly List<LedgerEntry> _entries = [];
    readonly List<string> _violations = [];
    int _number;

    public IReadOnlyList<string> Violations
    {
        get
        {
            lock (_lock)
            {
                return [.. _violations];
            }
        }
    }

    public IReadOnlyList<LedgerEntry> Entries
    {
        get
        {
            lock (_lock)
            {
                return [.. _entries];
            }
        }
    }

    /// <summary>A new message, which the server may store from now on.</summary>
    public LedgerEntry Begin(string channel, params IReadOnlyList<Place> places)
    {
        lock (_lock)
        {
            var token = string.Create(CultureInfo.InvariantCulture, $"chaos-{seed}-{++_number}");
            var entry = new LedgerEntry(channel, token, places);
            _entries.Add(entry);
            return entry;
        }
    }

    /// <summary>Logs what is no violation, but worth a look.</summary>
    public void Note(string sentence) => log(sentence);

    public void Violate(string sentence)
    {
        lock (_lock)
        {
            if (_violations.Contains(sentence))
            {
                return;
            }
            _violations.Add(sentence);
        }
        log($"VIOLATION: {sentence}");
    }

    /// <summary>Compares a folder with the ledger.</summary>
    /// <param name="view">Who says what the folder contains, for the sentence.</param>
    /// <param name="tokens">The messages of the folder.</param>
    public void Audit(string view, Place place, IReadOnlyList<string> tokens)
    {
        var counts = tokens.CountBy(token => token).ToDictionary();
        foreach (var entry in Entries.Where(entry => entry.Places.Contains(place)))
        {
            counts.Remove(entry.Token, out var count);
            if (count > 1)
            {
                Violate($"{view}: {place} has {entry} {count} times.");
            }
            if (count == 0 && entry.State is LedgerState.Acknowledged)
            {
                Violate($"{view}: {place} lacks {entry}.");
            }
            if (count > 0 && entry.State is LedgerState.Rejected)
            {
                Violate($"{view}: {place} has {entry}.");
            }
        }
        foreach (var stranger in counts.Keys)
        {
            Violate($"{view}: {place} has {stranger}, which no client sent there.");
        }
    }

    public ChannelFigures FiguresOf(string channel)
    {
        var entries = Entries.Where(entry => entry.Channel == channel).ToList();
        var times = entries.Where(entry => entry.State is LedgerState.Acknowledged).Select(entry => entry.At).Order()
            .ToList();
        return new(
            channel, times.Count, entries.Sum(entry => entry.Attempts),
            entries.Count(entry => entry.State is LedgerState.Unknown),
            times.Zip(times.Skip(1), Stopwatch.GetElapsedTime).DefaultIfEmpty().Max());
    }
}

/// <summary>A folder of an inbox.</summary>
readonly record struct Place(string Inbox, string Folder)
{
    public override string ToString() => $"{Folder} of {Inbox}";
}

enum LedgerState
{
    /// <summary>The client does not know: the message is there once or not at all.</summary>
    Unknown,

    /// <summary>The server said yes: the message is there once.</summary>
    Acknowledged,

    /// <summary>The server said no: the message is not there.</summary>
    Rejected,
}

/// <summary>A message and the places where it belongs.</summary>
sealed class LedgerEntry(string channel, string token, IReadOnlyList<Place> places)
{
    public string Channel => channel;

    /// <summary>The message's subject, unique in the run.</summary>
    public string Token => token;

    public IReadOnlyList<Place> Places => places;

    public LedgerState State { get; private set; }

    public int Attempts { get; private set; }

    /// <summary>Timestamp of the answer.</summary>
    public long At { get; private set; }

    /// <summary>What the server answered last, or how the attempt failed.</summary>
    public string Answer { get; private set; } = "";

    public void Attempt() => Attempts++;

    public void Settle(LedgerState state, string answer) =>
        (State, Answer, At) = (state, answer, Stopwatch.GetTimestamp());

    public override string ToString() => $"{token} ({channel}, {State}, {Attempts} attempts, last answer: {Answer})";
}
