using System.Globalization;
using System.Text;

namespace AgentPost.Store.Model;

/// <summary>
/// Formats and parses UID sets as in IMAP and the change log: <c>1:5,9</c>, ascending (RFC 9051 §9, uid-set without
/// <c>*</c>).
/// </summary>
static class UidSetText
{
    /// <param name="uids">Ascending, without duplicates.</param>
    public static string Format(IReadOnlyList<Uid> uids)
    {
        var text = new StringBuilder();
        for (var i = 0; i < uids.Count;)
        {
            var first = uids[i].Value;
            var last = first;
            for (i++; i < uids.Count && uids[i].Value == last + 1; i++)
            {
                last++;
            }
            text.Append(text.Length > 0 ? "," : "").Append(CultureInfo.InvariantCulture, $"{first}");
            if (last > first)
            {
                text.Append(CultureInfo.InvariantCulture, $":{last}");
            }
        }
        return text.ToString();
    }

    /// <summary>Adds every UID of a text that <see cref="Format"/> wrote. Null and empty text add nothing.</summary>
    public static void AddTo(ISet<Uid> uids, string? text)
    {
        foreach (var (first, last) in Ranges(text))
        {
            for (ulong uid = first.Value; uid <= last.Value; uid++)
            {
                uids.Add(new((uint)uid));
            }
        }
    }

    /// <summary>
    /// Returns the ranges of a text that <see cref="Format"/> wrote, ascending. Null and empty text have none.
    /// </summary>
    public static List<UidRange> Ranges(string? text)
    {
        var ranges = new List<UidRange>();
        if (string.IsNullOrEmpty(text))
        {
            return ranges;
        }
        foreach (var part in text.AsSpan().Split(','))
        {
            var range = text.AsSpan()[part];
            var colon = range.IndexOf(':');
            var first = uint.Parse(colon < 0 ? range : range[..colon], CultureInfo.InvariantCulture);
            var last = colon < 0 ? first : uint.Parse(range[(colon + 1)..], CultureInfo.InvariantCulture);
            ranges.Add(new(new(first), new(last)));
        }
        return ranges;
    }
}
