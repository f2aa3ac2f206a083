using System.Globalization;

namespace AgentPost.Protocol.Imap.Wire;

/// <summary>Numbers as the ranges of a sequence-set or uid-set (RFC 9051 §9).</summary>
static class NumberRuns
{
    /// <param name="numbers">The numbers in output order. Each run of consecutive ascending numbers becomes one
    /// range.</param>
    public static IEnumerable<SequenceRange> Of(IEnumerable<uint> numbers)
    {
        SequenceRange? run = null;
        foreach (var number in numbers)
        {
            if (run is { } open && number == (ulong)open.Last + 1)
            {
                run = open with { Last = number };
                continue;
            }
            if (run is { } ended)
            {
                yield return ended;
            }
            run = new(number, number);
        }
        if (run is { } last)
        {
            yield return last;
        }
    }

    /// <summary>sequence-set, for a response code.</summary>
    public static string Text(IEnumerable<SequenceRange> runs) => string.Join(',', runs.Select(run => run.First == run.Last
        ? run.First.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{run.First}:{run.Last}")));

    /// <summary>"ESEARCH" [search-correlator] [SP "UID"] (RFC 4466 §2.6.2), untagged</summary>
    public static ResponseWriter SearchHead(this ResponseWriter writer, string tag, Numbering numbering)
    {
        writer.Untagged().Atom("ESEARCH (TAG "u8).String(tag).Close();
        return numbering is Numbering.Uids ? writer.Atom(" UID"u8) : writer;
    }

    /// <summary>sequence-set, of any length.</summary>
    public static async ValueTask SetAsync(this ResponseWriter writer, IEnumerable<SequenceRange> runs, CancellationToken cancellation)
    {
        var isFirst = true;
        foreach (var (first, last) in runs)
        {
            if (!isFirst)
            {
                writer.Raw(","u8);
            }
            isFirst = false;
            writer.Number(first);
            if (last > first)
            {
                writer.Raw(":"u8).Number(last);
            }
            await writer.FlushIfLargeAsync(cancellation);
        }
    }
}
