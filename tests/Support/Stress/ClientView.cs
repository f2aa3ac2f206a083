using System.Globalization;
using System.Text.RegularExpressions;

namespace AgentPost.Support.Stress;

/// <summary>
/// What a client knows of its selected folder: it believes what it is told and nothing else, and fails when it is told what cannot be. Begins with a SELECT.
/// </summary>
sealed partial class ClientView(SharedFacts facts)
{
    readonly List<KnownMessage> _messages = [];
    readonly HashSet<KnownMessage> _fetched = [];
    readonly HashSet<string> _keywords = new(StringComparer.OrdinalIgnoreCase);
    readonly SortedSet<uint> _watched = [];
    readonly HashSet<uint> _vanished = [];
    bool _mayExpunge;
    bool _isOneSync;
    bool _beginsWatch;
    int _lastExpunged;
    long _heard;
    long? _told;

    public IReadOnlyList<KnownMessage> Messages => _messages;

    /// <summary>The program that it is connected to.</summary>
    public required string Host { get; init; }

    public required Dialect Dialect { get; init; }

    public uint UidValidity { get; private set; }

    /// <summary>What it would give as its mod-sequence when it comes again (RFC 7162 §6).</summary>
    public long ModSeq { get; private set; }

    public IEnumerable<uint> Uids => _messages.Where(message => message.Uid is not null).Select(message => message.Uid ?? 0);

    /// <summary>UIDs of the last VANISHED (EARLIER).</summary>
    public IReadOnlyList<(uint First, uint Last)> VanishedEarlier { get; private set; } = [];

    /// <summary>UIDs that have vanished with the answer heard last.</summary>
    public IReadOnlySet<uint> VanishedNow => _vanished;

    /// <summary>UIDs that the search which tells its changes has found; null before it is asked (RFC 5267 §4.3).</summary>
    public IReadOnlySet<uint>? Watched { get; private set; }

    /// <summary>Messages that the answer heard last has told of.</summary>
    public bool WasFetched(KnownMessage message) => _fetched.Contains(message);

    /// <summary>Takes one answer, its responses in order.</summary>
    public void Hear(ImapAnswer answer, Numbers numbers)
    {
        _mayExpunge = numbers is Numbers.MayChange || Dialect.IsToldExpungesAtOnce;
        _isOneSync = answer.Command != "IDLE" && !Dialect.IsNotified;
        _beginsWatch = answer.Command.Contains("UPDATE", StringComparison.Ordinal);
        Watched = _beginsWatch ? _watched : Watched;
        _fetched.Clear();
        _vanished.Clear();
        _lastExpunged = int.MaxValue;
        _heard = ModSeq;
        _told = null;
        foreach (var response in answer.Untagged)
        {
            Hear(response);
        }
        HearCode(answer.Status);
        ModSeq = _told ?? _heard;
    }

    void Hear(string response)
    {
        var match = Numbered().Match(response);
        var number = match.Success ? int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture) : 0;
        _lastExpunged = match.Groups["name"].Value == "EXPUNGE" ? _lastExpunged : int.MaxValue;
        switch (match.Groups["name"].Value)
        {
            case "EXISTS":
                Check(number >= _messages.Count, $"{number} EXISTS, of {_messages.Count} messages none was expunged");
                _messages.AddRange(Enumerable.Range(_messages.Count, number - _messages.Count).Select(_ => new KnownMessage()));
                break;
            case "RECENT":
                Check(!Dialect.IsRev2, "RECENT after ENABLE IMAP4rev2");
                Check(number <= _messages.Count, $"{number} of {_messages.Count} messages are recent");
                break;
            case "EXPUNGE":
                HearExpunge(number);
                break;
            case "UIDFETCH":
                HearFetch(IndexOf((uint)number), match.Groups["rest"].Value);
                break;
            case "FETCH":
                Check(!Dialect.IsUidOnly, "FETCH after ENABLE UIDONLY");
                Check(number >= 1 && number <= _messages.Count, $"FETCH of {number}, EXISTS said {_messages.Count}");
                HearFetch(number - 1, match.Groups["rest"].Value);
                break;
            default:
                HearOther(response);
                break;
        }
    }

    void HearOther(string response)
    {
        Check(!response.StartsWith("* BYE", StringComparison.Ordinal), "the server said goodbye");
        if (FolderFlags().Match(response) is { Success: true } flags)
        {
            _keywords.UnionWith(flags.Groups["flags"].Value.Split(' '));
        }
        else if (Vanished().Match(response) is { Success: true } vanished)
        {
            HearVanished(Ranges(vanished.Groups["uids"].Value), vanished.Groups["earlier"].Success);
        }
        else if (SearchChange().Match(response) is { Success: true } change)
        {
            HearSearchChange(change.Groups["what"].Value, Ranges(change.Groups["uids"].Value));
        }
        else if (response.StartsWith("* OK", StringComparison.Ordinal))
        {
            HearCode(response);
        }
    }

    void HearCode(string state)
    {
        if (Code().Match(state) is not { Success: true } code)
        {
            return;
        }
        var value = long.Parse(code.Groups["value"].ValueSpan, CultureInfo.InvariantCulture);
        if (code.Groups["name"].Value == "UIDVALIDITY")
        {
            UidValidity = (uint)value;
        }
        else
        {
            _told = value;
        }
    }

    void HearExpunge(int number)
    {
        Check(_mayExpunge, $"EXPUNGE of {number} during a command that uses numbers");
        Check(!Dialect.UsesVanished, "EXPUNGE after ENABLE QRESYNC or UIDONLY");
        Check(number >= 1 && number <= _messages.Count, $"EXPUNGE of {number}, of {_messages.Count} messages");
        Check(number < _lastExpunged || !_isOneSync, $"EXPUNGE of {number} after that of {_lastExpunged}");
        _lastExpunged = number;
        _messages.RemoveAt(number - 1);
    }

    void HearVanished(IReadOnlyList<(uint First, uint Last)> uids, bool isEarlier)
    {
        Check(Dialect.UsesVanished, "VANISHED without ENABLE QRESYNC or UIDONLY");
        if (isEarlier)
        {
            VanishedEarlier = uids;
            Check(!Uids.Any(uid => uids.Any(range => range.First <= uid && uid <= range.Last)), "VANISHED (EARLIER) names a message that is there");
            return;
        }
        Check(_mayExpunge, "VANISHED during a command that uses numbers");
        foreach (var uid in Each(uids))
        {
            // A message that it knows of only by its number may be meant.
            var at = _messages.FindIndex(message => message.Uid == uid);
            at = at >= 0 ? at : _messages.FindIndex(_messages.FindLastIndex(message => message.Uid < uid) + 1, message => message.Uid is null);
            Check(at >= 0, $"VANISHED {uid}, which was not there");
            _messages.RemoveAt(at);
            _vanished.Add(uid);
        }
    }

    /// <summary>Takes what a search with UPDATE found at first (ALL), and how that changes.</summary>
    void HearSearchChange(string what, IReadOnlyList<(uint First, uint Last)> uids)
    {
        if (what == "ALL" && !_beginsWatch)
        {
            return;
        }
        foreach (var uid in Each(uids))
        {
            Check(what == "REMOVEFROM" ? _watched.Remove(uid) : _watched.Add(uid), $"{what} {uid}, which was not so before");
        }
    }

    /// <summary>Where a message with a UID is. One of which only is known that it exists stands at the end until its UID is told.</summary>
    int IndexOf(uint uid)
    {
        Check(Dialect.IsUidOnly, "UIDFETCH without ENABLE UIDONLY");
        if (_messages.FindIndex(message => message.Uid == uid) is >= 0 and var known)
        {
            return known;
        }
        var unknown = _messages.FindIndex(message => message.Uid is null);
        Check(unknown >= 0, $"UIDFETCH of {uid}, but all {_messages.Count} messages are known");
        var message = _messages[unknown];
        _messages.RemoveAt(unknown);
        var at = _messages.FindLastIndex(other => other.Uid < uid) + 1;
        message.Uid = uid;
        _messages.Insert(at, message);
        return at;
    }

    void HearFetch(int index, string data)
    {
        var message = _messages[index];
        if (UidItem().Match(data) is { Success: true } uid)
        {
            HearUid(index, message, uint.Parse(uid.Groups["uid"].ValueSpan, CultureInfo.InvariantCulture));
        }
        var modSeq = ModSeqItem().Match(data) is { Success: true } item ? long.Parse(item.Groups["modseq"].ValueSpan, CultureInfo.InvariantCulture) : (long?)null;
        if (modSeq is not null)
        {
            Check(message.ModSeq is null || message.ModSeq <= modSeq, $"the mod-sequence of UID {message.Uid} goes from {message.ModSeq} to {modSeq}");
            message.ModSeq = modSeq;
            _heard = Math.Max(_heard, modSeq.Value);
        }
        if (FlagsItem().Match(data) is { Success: true } flags)
        {
            HearFlags(message, flags.Groups["flags"].Value, modSeq);
        }
        if (StaticItems().Match(data) is { Success: true } fixedItems && message.Uid is { } known)
        {
            facts.CheckStatic(known, fixedItems.Value);
        }
        _fetched.Add(message);
    }

    void HearUid(int index, KnownMessage message, uint uid)
    {
        Check(message.Uid is null || message.Uid == uid, $"message {index + 1} was UID {message.Uid} and is {uid}");
        message.Uid = uid;
        var before = _messages.FindLastIndex(Math.Max(index - 1, 0), index, known => known.Uid is not null);
        var after = _messages.FindIndex(index + 1, known => known.Uid is not null);
        Check(before < 0 || _messages[before].Uid < uid, $"UID {uid} follows UID {(before < 0 ? 0 : _messages[before].Uid)}");
        Check(after < 0 || _messages[after].Uid > uid, $"UID {uid} comes before UID {(after < 0 ? 0 : _messages[after].Uid)}");
    }

    void HearFlags(KnownMessage message, string text, long? modSeq)
    {
        var flags = KnownMessage.NewFlags(text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var isRecent = flags.Remove(@"\Recent");
        Check(!isRecent || !Dialect.IsRev2, @"\Recent after ENABLE IMAP4rev2");
        if (isRecent && message.Uid is { } recent)
        {
            facts.CheckRecent(recent, this);
        }
        Check(flags.All(flag => flag[0] == '\\' || _keywords.Contains(flag)), $"({text}) has a keyword that FLAGS has not told");
        message.Flags = flags;
        if (modSeq is not null && message.Uid is { } uid)
        {
            facts.CheckFlags(uid, modSeq.Value, KnownMessage.Text(flags));
        }
    }

    static IEnumerable<uint> Each(IReadOnlyList<(uint First, uint Last)> uids) =>
        uids.SelectMany(range => Enumerable.Range(0, (int)(range.Last - range.First) + 1).Select(offset => range.First + (uint)offset));

    static List<(uint First, uint Last)> Ranges(string set) =>
    [
        .. set.Split(',').Select(range => range.Split(':')).Select(range =>
            (uint.Parse(range[0], CultureInfo.InvariantCulture), uint.Parse(range[^1], CultureInfo.InvariantCulture))),
    ];

    static void Check(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new StressException(otherwise);
        }
    }

    [GeneratedRegex(@"^\* (?<number>\d+) (?<name>EXISTS|RECENT|EXPUNGE|FETCH|UIDFETCH)(?<rest>.*)$", RegexOptions.Singleline)]
    private static partial Regex Numbered();

    [GeneratedRegex(@"^\* FLAGS \((?<flags>[^)]*)\)$")]
    private static partial Regex FolderFlags();

    [GeneratedRegex(@"^\* VANISHED (?<earlier>\(EARLIER\) )?(?<uids>[\d:,]+)$")]
    private static partial Regex Vanished();

    [GeneratedRegex(@"^\* ESEARCH \(TAG ""\w+""\) UID (?<what>ALL|ADDTO|REMOVEFROM) \(?(0 )?(?<uids>[\d:,]+)\)?$")]
    private static partial Regex SearchChange();

    [GeneratedRegex(@"OK \[(?<name>UIDVALIDITY|HIGHESTMODSEQ) (?<value>\d+)\]")]
    private static partial Regex Code();

    [GeneratedRegex(@"\bUID (?<uid>\d+)")]
    private static partial Regex UidItem();

    [GeneratedRegex(@"\bMODSEQ \((?<modseq>\d+)\)")]
    private static partial Regex ModSeqItem();

    [GeneratedRegex(@"\bFLAGS \((?<flags>[^)]*)\)")]
    private static partial Regex FlagsItem();

    [GeneratedRegex(@"\bRFC822\.SIZE .*$", RegexOptions.Singleline)]
    private static partial Regex StaticItems();
}

/// <summary>Whether a command leaves message numbers as they are (RFC 9051 §7.5.1).</summary>
enum Numbers
{
    Stay,
    MayChange,
}
