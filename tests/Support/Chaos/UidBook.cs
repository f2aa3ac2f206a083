using System.Diagnostics;

namespace AgentPost.Support.Chaos;

/// <summary>
/// What clients of all hosts have seen in one folder: UIDs and their messages. Nothing is ever deleted there, so a
/// message that was seen stays, at its UID. Thread-safe.
/// </summary>
sealed class UidBook(Ledger ledger, Place place)
{
    readonly Lock _lock = new();
    readonly SortedDictionary<uint, (string Token, long SeenAt)> _seen = [];
    uint _uidValidity;

    public Place Place => place;

    public long Observations { get; private set; }

    /// <summary>What a client that selects the folder from now on must find.</summary>
    public IReadOnlyDictionary<uint, string> Known()
    {
        lock (_lock)
        {
            return _seen.ToDictionary(pair => pair.Key, pair => pair.Value.Token);
        }
    }

    /// <summary>Takes a listing of the whole folder.</summary>
    /// <param name="known">What was known before the folder was selected.</param>
    public void Observe(string host, uint uidValidity, IReadOnlyDictionary<uint, string> known,
        IReadOnlyDictionary<uint, string> listing)
    {
        lock (_lock)
        {
            Require(_uidValidity == 0 || _uidValidity == uidValidity,
                $"{host}: UIDVALIDITY of {place} was {_uidValidity} and is {uidValidity}.");
            _uidValidity = uidValidity;
            foreach (var (uid, token) in known)
            {
                // Forgotten in the meantime: it was seen on a server that has lost its place.
                if (_seen.ContainsKey(uid))
                {
                    Require(listing.ContainsKey(uid), $"{host}: UID {uid} ({token}) of {place} was there and is gone.");
                }
            }
            foreach (var (uid, token) in listing)
            {
                See(host, uid, token);
            }
        }
    }

    /// <summary>Takes the UID that an acknowledgment named.</summary>
    public void Acknowledge(string host, uint uid, string token)
    {
        lock (_lock)
        {
            See(host, uid, token);
        }
    }

    /// <summary>
    /// Forgets what was seen since a timestamp, except acknowledged messages. A primary shows commits that its standby
    /// does not have yet, so after a failover they may be gone.
    /// </summary>
    public void ForgetSince(long timestamp)
    {
        lock (_lock)
        {
            var acknowledged = ledger.Entries.Where(entry => entry.State is LedgerState.Acknowledged).Select(entry =>
                entry.Token).ToHashSet();
            foreach (var (uid, (token, seenAt)) in _seen.ToList())
            {
                if (seenAt > timestamp && !acknowledged.Contains(token))
                {
                    _seen.Remove(uid);
                }
            }
        }
    }

    void See(string host, uint uid, string token)
    {
        Observations++;
        if (_seen.TryGetValue(uid, out var before))
        {
            Require(before.Token == token, $"{host}: UID {uid} of {place} was {before.Token} and is {token}.");
            return;
        }
        _seen[uid] = (token, Stopwatch.GetTimestamp());
    }

    void Require(bool isTrue, string sentence)
    {
        if (!isTrue)
        {
            ledger.Violate(sentence);
        }
    }
}
