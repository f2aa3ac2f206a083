using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Live;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Commands.Mail;

/// <summary>Message numbers and the UIDs that a client has for them, both ascending (RFC 7162 §3.2.5.2).</summary>
sealed record SequenceMatch(SequenceSet Numbers, SequenceSet Uids)
{
    /// <summary>seq-match-data = "(" known-sequence-set SP known-uid-set ")" (RFC 7162 §7)</summary>
    public static SequenceMatch Parse(ref CommandParser parser)
    {
        parser.Open();
        var numbers = parser.KnownSet();
        parser.Sp();
        var uids = parser.KnownSet();
        parser.Close();
        return new(numbers, uids);
    }

    /// <summary>
    /// Returns the last UID that still has its old number: the client knows which UIDs up to it have vanished. Returns
    /// null if there is none.
    /// </summary>
    public Uid? LastMatch(FolderSnapshot view)
    {
        var last = default(Uid?);
        foreach (var (number, uid) in Each(Numbers).Zip(Each(Uids)))
        {
            // The client's sample can have any length. Numbers beyond the view cannot match, nor can anything after the
            // first mismatch.
            if (number > view.Count || view[(int)number - 1].Uid.Value != uid)
            {
                break;
            }
            last = new(uid);
        }
        return last;
    }

    static IEnumerable<uint> Each(SequenceSet set)
    {
        foreach (var (first, last) in set.Ranges)
        {
            for (ulong number = first; number <= last; number++)
            {
                yield return (uint)number;
            }
        }
    }
}
