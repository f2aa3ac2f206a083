namespace AgentPost.Protocol.Imap.Grammar;

/// <summary>A part of a list of results, by places that count from 1 (RFC 9394 §3.1).</summary>
/// <param name="First">Not after <paramref name="Last"/>.</param>
/// <param name="Origin">Where places are counted from.</param>
/// <param name="Text">The range for the response, the smaller place first, whichever the client sent first.</param>
sealed record ResultPage(uint First, uint Last, PageOrigin Origin, string Text)
{
    /// <summary>partial-range = nz-number ":" nz-number / "-" nz-number ":" "-" nz-number; either end may come first.</summary>
    public static ResultPage Parse(ref CommandParser parser)
    {
        var origin = parser.IsNext((byte)'-') ? PageOrigin.End : PageOrigin.Start;
        var one = Place(ref parser, origin);
        parser.Octet((byte)':');
        var other = Place(ref parser, origin);
        var (first, last) = (Math.Min(one, other), Math.Max(one, other));
        var sign = origin is PageOrigin.End ? "-" : "";
        return new(first, last, origin, $"{sign}{first}:{sign}{last}");
    }

    /// <summary>The indexes of the page in a list of that length; an empty range when it has none of it.</summary>
    public Range Of(int count)
    {
        var first = (int)Math.Min(First - 1, (uint)count);
        var end = (int)Math.Min(Last, (uint)count);
        return Origin is PageOrigin.Start ? first..end : (count - end)..(count - first);
    }

    static uint Place(ref CommandParser parser, PageOrigin origin)
    {
        if (origin is PageOrigin.End)
        {
            parser.Octet((byte)'-');
        }
        return parser.NzNumber();
    }
}

/// <summary>The end of a list of results from which places are counted.</summary>
enum PageOrigin
{
    Start,
    End,
}
