using System.Buffers;
using System.Globalization;
using System.Text;

namespace AgentPost.Mime.Headers;

/// <summary>
/// Writes date-time (RFC 5322 §3.3), and reads it (§4.3) with common variations: elements in nearly any order; without
/// day of week, seconds or zone; with comments; with AM or PM; or with the zone directly after the time. The form of an
/// element decides whether it is a day, month, year, time or zone.
/// </summary>
public ref struct MailDate
{
    const int MaxElements = 16;
    const int MaxElementOctets = 32;

    static readonly SearchValues<byte> ElementEnd = SearchValues.Create(" \t\r\n,("u8);
    static readonly SearchValues<char> TimeChars = SearchValues.Create("0123456789:.");
    static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    // obs-zone. The meaning of military letters and all other names is unknown (RFC 5322 §4.3), so they count as UTC.
    static readonly Dictionary<string, int> ZoneHours = new()
    {
        ["edt"] = -4,
        ["est"] = -5,
        ["cdt"] = -5,
        ["cst"] = -6,
        ["mdt"] = -6,
        ["mst"] = -7,
        ["pdt"] = -7,
        ["pst"] = -8,
    };

    int? _day;
    int? _month;
    int? _year;
    TimeSpan? _time;
    TimeSpan? _offset;
    bool _hasHalf;
    bool _invalid;

    // date-time = [ day-of-week "," ] date time
    public static string Format(DateTimeOffset date) =>
        date.ToString("ddd, dd MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture)
        + date.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);

    /// <summary>Parses a date. Returns null if the text is not a date. An impossible zone counts as UTC.</summary>
    public static DateTimeOffset? Parse(ReadOnlySpan<byte> text)
    {
        var date = new MailDate();
        var lexer = new FieldLexer(text);
        for (var i = 0; i < MaxElements; i++)
        {
            var element = NextElement(ref lexer);
            if (element.Length == 0)
            {
                break;
            }
            date.Read(element.ToLowerInvariant());
        }
        return date.Result();
    }

    // Whitespace and comments are allowed around the colons of a time (RFC 5322 §4.3).
    static string NextElement(ref FieldLexer lexer)
    {
        lexer.SkipBlanks();
        while (lexer.TrySkip(','))
        {
            lexer.SkipBlanks();
        }
        var element = "";
        do
        {
            var piece = lexer.Until(ElementEnd);
            if (piece.IsEmpty || element.Length + piece.Length > MaxElementOctets)
            {
                return "";
            }
            element += Encoding.ASCII.GetString(piece);
            lexer.SkipBlanks();
        }
        while (!lexer.AtEnd && (lexer.Peek == ':' || element.EndsWith(':')));
        return element;
    }

    void Read(string element)
    {
        if (char.IsAsciiDigit(element[0]) && element.Contains('-') && !element.Contains(':'))
        {
            // For example 01-Jan-2001.
            foreach (var piece in element.Split('-', StringSplitOptions.RemoveEmptyEntries))
            {
                ReadOne(piece);
            }
            return;
        }
        ReadOne(element);
    }

    void ReadOne(string element)
    {
        if (element[0] is '+' or '-')
        {
            _offset ??= Offset(element);
        }
        else if (char.IsAsciiDigit(element[0]))
        {
            ReadDigits(element);
        }
        else if (element.Replace(".", "", StringComparison.Ordinal) is "am" or "pm")
        {
            ReadHalf(element[0]);
        }
        else if (_month is null && element.Length >= 3 && Array.IndexOf(Months, element[..3]) is >= 0 and var month)
        {
            _month = month + 1;
        }
        else if (_time is not null && ZoneHours.TryGetValue(element, out var hours))
        {
            _offset ??= TimeSpan.FromHours(hours);
        }
    }

    void ReadDigits(string element)
    {
        if (element.Contains(':'))
        {
            ReadTime(element);
        }
        else if (!int.TryParse(element, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            _invalid = true;
        }
        else if (_day is null && element.Length <= 2)
        {
            _day = number;
        }
        else
        {
            _year ??= element.Length switch
            {
                <= 2 => number < 50 ? 2000 + number : 1900 + number,
                3 => 1900 + number,
                _ => number,
            };
        }
    }

    // Some senders leave out the space before AM, PM or the zone: 11:30pm, 00:01+0000.
    void ReadTime(string element)
    {
        var length = element.AsSpan().IndexOfAnyExcept(TimeChars);
        length = length < 0 ? element.Length : length;
        _time ??= Time(element[..length]);
        _invalid |= _time is null;
        var rest = element[length..];
        if (rest.StartsWith("am", StringComparison.Ordinal) || rest.StartsWith("pm", StringComparison.Ordinal))
        {
            ReadHalf(rest[0]);
            rest = rest[2..];
        }
        if (rest.Length > 0)
        {
            ReadOne(rest);
        }
    }

    // In a 24-hour time, AM and PM are ignored.
    void ReadHalf(char half)
    {
        if (_time is not { Hours: <= 12 } time || _hasHalf)
        {
            return;
        }
        _hasHalf = true;
        _time = (half, time.Hours) switch
        {
            ('a', 12) => time - TimeSpan.FromHours(12),
            ('p', < 12 and > 0) => time + TimeSpan.FromHours(12),
            _ => time,
        };
    }

    // time-of-day = hour ":" minute [ ":" second ]; a leap second counts as second 59.
    static TimeSpan? Time(string element)
    {
        var pieces = element.Split(':', '.');
        if (pieces.Length < 2 || !TryNumber(pieces[0], 23, out var hour) || !TryNumber(pieces[1], 59, out var minute))
        {
            return null;
        }
        var second = 0;
        if (pieces.Length > 2 && !TryNumber(pieces[2], 60, out second))
        {
            return null;
        }
        return new TimeSpan(hour, minute, Math.Min(second, 59));
    }

    static bool TryNumber(string digits, int max, out int number) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= max;

    // zone = ("+" / "-") 4DIGIT; three digits lack the leading zero, and two are hours.
    static TimeSpan Offset(string element)
    {
        var digits = element[1..].Replace(":", "", StringComparison.Ordinal);
        digits = digits.Length switch
        {
            1 => $"0{digits}00",
            2 => $"{digits}00",
            3 => $"0{digits}",
            _ => digits,
        };
        if (digits.Length != 4 || !TryNumber(digits[..2], 14, out var hours) || !TryNumber(digits[2..], 59, out var minutes))
        {
            return TimeSpan.Zero;
        }
        var offset = new TimeSpan(hours, minutes, 0);
        return offset > TimeSpan.FromHours(14) ? TimeSpan.Zero : element[0] == '-' ? -offset : offset;
    }

    readonly DateTimeOffset? Result()
    {
        if (_invalid || _day is not { } day || _month is not { } month || _year is not (>= 1 and <= 9999 and var year))
        {
            return null;
        }
        if (day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return null;
        }
        var offset = _offset ?? TimeSpan.Zero;
        var local = new DateTime(year, month, day) + (_time ?? TimeSpan.Zero);
        var utcTicks = local.Ticks - offset.Ticks;
        var exists = utcTicks >= DateTime.MinValue.Ticks && utcTicks <= DateTime.MaxValue.Ticks;
        return exists ? new DateTimeOffset(local, offset) : null;
    }
}
