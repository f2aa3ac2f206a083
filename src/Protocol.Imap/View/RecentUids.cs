using AgentPost.Store.Live;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.View;

/// <summary>
/// The UIDs that are <c>\Recent</c> in one session: no other session has reported them before (RFC 3501 §2.3.2). The
/// sessions of this instance share a mark in the live folder. The database is updated later, so that reporting to the
/// client does not wait for it. If sessions of two instances report a message at the same moment, both may treat it as
/// recent, as the RFC allows. A read-only session claims nothing.
/// </summary>
sealed class RecentUids
{
    readonly LiveFolder _folder;
    readonly FolderAccess _access;
    readonly List<UidRange> _ranges = [];
    Uid _settled;

    /// <param name="firstRecent">The first UID that no session had claimed, according to the database.</param>
    public RecentUids(LiveFolder folder, FolderAccess access, FolderSnapshot seen, Uid firstRecent)
    {
        _folder = folder;
        _access = access;
        Arrive(firstRecent, seen.UidNext);
        _settled = seen.UidNext;
    }

    /// <summary>Ascending, non-overlapping ranges.</summary>
    public IReadOnlyList<UidRange> Ranges => _ranges;

    public bool Contains(Uid uid)
    {
        for (var i = _ranges.Count - 1; i >= 0; i--)
        {
            if (_ranges[i].First <= uid)
            {
                return uid <= _ranges[i].Last;
            }
        }
        return false;
    }

    public int CountIn(FolderSnapshot view)
    {
        var count = 0;
        foreach (var (first, last) in _ranges)
        {
            count += view.CountFrom(first) - view.CountFrom(new(last.Value + 1));
        }
        return count;
    }

    /// <summary>
    /// Call when UIDs are reported to the client: <paramref name="from"/> and later, below <paramref name="before"/>.
    /// </summary>
    public void Arrive(Uid from, Uid before)
    {
        var unclaimed = _access is FolderAccess.ReadWrite ? _folder.ClaimRecent(before) : _folder.FirstRecent;
        var first = unclaimed > from ? unclaimed : from;
        if (first >= before)
        {
            return;
        }
        Uid last = new(before.Value - 1);
        if (_ranges is [.., var open] && open.Last.Value + 1 == first.Value)
        {
            _ranges[^1] = open with { Last = last };
        }
        else
        {
            _ranges.Add(new(first, last));
        }
    }

    /// <summary>
    /// Returns the first UID that is not claimed if the database must be updated, or null if it is up to date.
    /// </summary>
    public Uid? TakeUnsettled()
    {
        if (_access is FolderAccess.ReadOnly || _ranges is not [.., var newest] || newest.Last < _settled)
        {
            return null;
        }
        _settled = new(newest.Last.Value + 1);
        return _settled;
    }
}
