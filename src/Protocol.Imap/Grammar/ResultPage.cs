namespace AgentPost.Protocol.Imap.Grammar;

/// <summary>A range of a result list, in positions that count from 1 (RFC 9394 §3.1).</summary>
/// <param name="First">Not greater than <paramref name="Last"/>.</param>
/// <param name="Origin">The end from which positions are counted.</param>
/// <param name="Text">The range for the response: the smaller position first, whichever the client sent first.</param>
sealed record ResultPage(uint First, uint Last, PageOrigin Origin, string Text)
{
    /// <summary>
    /// partial-range = nz-number ":" nz-number / "-" nz-number ":" "-" nz-number; either end may come first.
    /// </summary>
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

    /// <summary>
    /// Returns the indexes of the page in a list of this length; empty if the page is beyond the list.
    /// </summary>
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

/// <summary>The end of a result list from which positions are counted.</summary>
enum PageOrigin
{
    Start,
    End,
}
