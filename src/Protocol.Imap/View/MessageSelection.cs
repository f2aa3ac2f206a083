using System.Collections.Immutable;
using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Live;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.View;

/// <summary>Messages of one view on which a command works, in order.</summary>
/// <param name="numbers">Inclusive ranges of message sequence numbers of the view, ascending and
/// non-overlapping.</param>
sealed class MessageSelection(FolderSnapshot view, ImmutableArray<SequenceRange> numbers)
{
    public FolderSnapshot View { get; } = view;

    public int Count { get; } = numbers.Sum(range => (int)(range.Last - range.First) + 1);

    public ImmutableArray<SequenceRange> Numbers { get; } = numbers;

    public Enumerator GetEnumerator() => new(this);

    /// <summary>Returns the messages that were changed after a mod-sequence.</summary>
    public MessageSelection ChangedSince(ModSeq modSeq)
    {
        var changed = new List<uint>();
        foreach (var message in this)
        {
            if (message.Entry.ModSeq > modSeq)
            {
                changed.Add((uint)message.Number);
            }
        }
        return new(View, [.. NumberRuns.Of(changed)]);
    }

    /// <summary>Returns the messages in one page of the selection.</summary>
    public MessageSelection Within(ResultPage page)
    {
        var (skipped, wanted) = page.Of(Count).GetOffsetAndLength(Count);
        var ranges = ImmutableArray.CreateBuilder<SequenceRange>();
        foreach (var (first, last) in Numbers)
        {
            var length = (int)(last - first) + 1;
            var taken = Math.Min(length - skipped, wanted);
            if (taken > 0)
            {
                ranges.Add(new(first + (uint)skipped, first + (uint)(skipped + taken) - 1));
                wanted -= taken;
            }
            skipped = Math.Max(skipped - length, 0);
        }
        return new(View, ranges.DrainToImmutable());
    }

    public Uid[] ToUids()
    {
        var uids = new Uid[Count];
        var next = 0;
        foreach (var message in this)
        {
            uids[next++] = message.Entry.Uid;
        }
        return uids;
    }

    /// <summary>Walks the blocks of the view once, regardless of the number of ranges.</summary>
    public struct Enumerator(MessageSelection selection)
    {
        BlockCursor _cursor = new(selection.View);
        int _range = -1;

        public readonly NumberedEntry Current => new(_cursor.Number, _cursor.Entry);

        public bool MoveNext()
        {
            if (_range == selection.Numbers.Length)
            {
                return false;
            }
            if (_range >= 0 && _cursor.Number < selection.Numbers[_range].Last)
            {
                _cursor.Step();
                return true;
            }
            if (++_range == selection.Numbers.Length)
            {
                return false;
            }
            _cursor.AdvanceTo((int)selection.Numbers[_range].First);
            return true;
        }
    }
}
