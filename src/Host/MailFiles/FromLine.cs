using System.Globalization;
using System.Text;

namespace AgentPost.Host.MailFiles;

/// <summary>
/// The line before each message of an mbox file (RFC 4155, Appendix A): <c>From sender Thu Jan  8 12:00:00 2026</c>.
/// Some programs write a time zone before or after the year; without one, the date is in UTC.
/// </summary>
static class FromLine
{
    const int LongestLine = 1000;

    // Keeps the part that is checked inside the first piece of a line.
    const int MostQuotes = 1000;

    static ReadOnlySpan<byte> Start => "From "u8;

    static readonly string[] Months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    public static string Format(DateTimeOffset at) =>
        string.Create(CultureInfo.InvariantCulture, $"From MAILER-DAEMON {at.UtcDateTime:ddd MMM} {at.UtcDateTime.Day,2} {at.UtcDateTime:HH:mm:ss yyyy}\n");

    public static bool StartsAs(ReadOnlySpan<byte> line) => line.StartsWith(Start);

    /// <summary>
    /// Returns the date of a separator line. Returns null for any other line, even if it starts with "From ".
    /// </summary>
    public static DateTimeOffset? Parse(ReadOnlySpan<byte> line) =>
        StartsAs(line) && line.Length <= LongestLine ? ParseDate(Encoding.Latin1.GetString(line[Start.Length..])) : null;

    /// <summary>
    /// True if the export quotes a line with <c>&gt;</c> (mboxrd): a line that starts with <c>From </c>, after any
    /// number of <c>&gt;</c>.
    /// </summary>
    public static bool NeedsQuote(ReadOnlySpan<byte> line) => QuotesOf(line) is >= 0 and <= MostQuotes;

    /// <summary>True if the line has a quote to remove.</summary>
    public static bool IsQuoted(ReadOnlySpan<byte> line) => QuotesOf(line) is > 0 and <= MostQuotes + 1;

    // Number of quotes; -1 if the line does not start with From.
    static int QuotesOf(ReadOnlySpan<byte> line) => line.IndexOfAnyExcept((byte)'>') is >= 0 and var quotes && StartsAs(line[quotes..]) ? quotes : -1;

    static DateTimeOffset? ParseDate(string text)
    {
        var date = new Elements();
        foreach (var word in text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            date.Read(word);
        }
        return date.Result();
    }

    struct Elements
    {
        int? _month;
        int? _day;
        int? _year;
        TimeSpan? _time;
        TimeSpan? _zone;

        // Everything before the month is the sender and the day of the week.
        public void Read(string word)
        {
            if (Array.IndexOf(Months, word) is >= 0 and var month)
            {
                (_month, _day, _year, _time, _zone) = (month + 1, null, null, null, null);
            }
            else if (_month is not null && word[0] is '+' or '-' && word.Length == 5 && Number(word[1..]) is { } zone)
            {
                var offset = new TimeSpan(zone / 100, zone % 100, 0);
                _zone = offset > TimeSpan.FromHours(14) ? null : word[0] == '-' ? -offset : offset;
            }
            else if (word.Contains(':', StringComparison.Ordinal))
            {
                _time ??= TimeSpan.TryParseExact(word, [@"h\:mm\:ss", @"hh\:mm\:ss", @"h\:mm", @"hh\:mm"], CultureInfo.InvariantCulture, out var time) ? time : null;
            }
            else if (Number(word) is { } number)
            {
                (_day, _year) = word.Length <= 2 ? (number, _year) : word.Length == 4 ? (_day, number) : (_day, _year);
            }
        }

        public readonly DateTimeOffset? Result()
        {
            if (_month is not { } month || _time is not { } time || _year is not (>= 1900 and var year) || _day is not (>= 1 and var day))
            {
                return null;
            }
            return day <= DateTime.DaysInMonth(year, month) ? new DateTimeOffset(new DateTime(year, month, day) + time, _zone ?? TimeSpan.Zero) : null;
        }

        static int? Number(string digits) => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
