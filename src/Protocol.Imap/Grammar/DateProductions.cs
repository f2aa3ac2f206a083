namespace AgentPost.Protocol.Imap.Grammar;

/// <summary>The dates and times of the grammar (RFC 9051 §9).</summary>
static class DateProductions
{
    static readonly TimeSpan LargestZone = TimeSpan.FromHours(14);

    /// <summary>date = date-text / DQUOTE date-text DQUOTE; date-text = date-day "-" date-month "-" date-year</summary>
    public static DateOnly Date(this ref CommandParser parser)
    {
        var isQuoted = parser.TryOctet((byte)'"');
        var date = DateText(ref parser);
        if (isQuoted)
        {
            parser.Octet((byte)'"');
        }
        return date;
    }

    /// <summary>date-time = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE</summary>
    public static DateTimeOffset DateTime(this ref CommandParser parser)
    {
        parser.Octet((byte)'"');
        // date-day-fixed is SP DIGIT or 2DIGIT, but many clients send a single digit.
        parser.TryOctet((byte)' ');
        var date = DateText(ref parser);
        parser.Octet((byte)' ');
        var time = Time(ref parser);
        parser.Octet((byte)' ');
        var zone = Zone(ref parser);
        parser.Octet((byte)'"');
        var local = date.ToDateTime(time);
        if (local < System.DateTime.MinValue + LargestZone || local > System.DateTime.MaxValue - LargestZone)
        {
            throw new SyntaxException("No such date");
        }
        return new(local, zone);
    }

    static DateOnly DateText(ref CommandParser parser)
    {
        var day = parser.Digits(1, 2);
        parser.Octet((byte)'-');
        var month = Month(ref parser);
        parser.Octet((byte)'-');
        var year = parser.Digits(4, 4);
        return year > 0 && day > 0 && day <= System.DateTime.DaysInMonth(year, month)
            ? new(year, month, day)
            : throw new SyntaxException("No such date");
    }

    /// <summary>time = 2DIGIT ":" 2DIGIT ":" 2DIGIT. A leap second becomes the second before it.</summary>
    static TimeOnly Time(ref CommandParser parser)
    {
        var hour = parser.Digits(2, 2);
        parser.Octet((byte)':');
        var minute = parser.Digits(2, 2);
        parser.Octet((byte)':');
        var second = parser.Digits(2, 2);
        return hour < 24 && minute < 60 && second <= 60
            ? new(hour, minute, Math.Min(second, 59))
            : throw new SyntaxException("No such time");
    }

    /// <summary>zone = ("+" / "-") 4DIGIT</summary>
    static TimeSpan Zone(ref CommandParser parser)
    {
        var isWest = parser.TryOctet((byte)'-');
        if (!isWest)
        {
            parser.Octet((byte)'+');
        }
        var zone = new TimeSpan(parser.Digits(2, 2), parser.Digits(2, 2), 0);
        return zone <= LargestZone ? (isWest ? -zone : zone) : throw new SyntaxException("No such time zone");
    }

    /// <summary>date-month = "Jan" / … / "Dec"</summary>
    static int Month(ref CommandParser parser)
    {
        var names = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"u8;
        for (var month = 0; month < 12; month++)
        {
            if (parser.TryPrefix(names.Slice(month * 3, 3)))
            {
                return month + 1;
            }
        }
        throw parser.Expected("a month");
    }
}
