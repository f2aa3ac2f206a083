using System.Globalization;
using System.Text;
using AgentPost.Store.Model;

namespace AgentPost.Host.MailFiles;

/// <summary>
/// Header fields in which mbox files store flags, keywords and numbers. They are read, and removed from the message.
/// The fields that AgentPost's export prepends end with <c>X-AgentPost-Octets</c>, the size of the message that
/// follows; later fields with these names belong to the message itself.
/// </summary>
sealed class MboxFields
{
    const string OctetsField = "X-AgentPost-Octets";

    static readonly Dictionary<string, Action<MboxFields, string>> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Status"] = (fields, value) => fields.ReadStatus(value),
        ["X-Status"] = (fields, value) => fields.ReadLetters(value),
        ["X-Keywords"] = (fields, value) => fields.ReadKeywords(value),
        ["X-UID"] = (_, _) => { },
        ["X-IMAP"] = (_, _) => { },
        ["X-IMAPbase"] = (_, _) => { },
        ["X-Mozilla-Status"] = (fields, value) => fields.ReadMozillaStatus(value),
        ["X-Mozilla-Status2"] = (_, _) => { },
        ["X-Mozilla-Keys"] = (fields, value) => fields.ReadKeywords(value),
    };

    static readonly (char Letter, SystemFlags Flag)[] Letters =
        [('A', SystemFlags.Answered), ('F', SystemFlags.Flagged), ('T', SystemFlags.Draft), ('D', SystemFlags.Deleted)];

    // Flags that Thunderbird writes: https://www-archive.mozilla.org/quality/mailnews/tests/mozilla-status
    static readonly (int Bit, SystemFlags Flag)[] MozillaBits =
        [(1, SystemFlags.Seen), (2, SystemFlags.Answered), (4, SystemFlags.Flagged), (8, SystemFlags.Deleted)];

    readonly List<string> _keywords = [];
    bool _hasStatus;
    bool _isBehindOthers;

    public SystemFlags Flags { get; private set; }

    public KeywordSet Keywords => MailFiles.Keywords.Of(_keywords);

    /// <summary>
    /// Size of the exported message in bytes. Null if AgentPost did not export it, or if a program has changed its
    /// fields since.
    /// </summary>
    public long? Octets { get; private set; }

    /// <summary>True if the message follows byte for byte.</summary>
    public bool IsVerbatim { get; private set; }

    /// <summary>Reads a line of the header if it is one of these fields. Returns false if it is not.</summary>
    public bool Take(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (IsVerbatim || colon <= 0 || colon > OctetsField.Length)
        {
            _isBehindOthers = true;
            return false;
        }
        var name = Encoding.Latin1.GetString(line[..colon]);
        var value = Encoding.UTF8.GetString(line[(colon + 1)..]).Trim();
        if (Known.TryGetValue(name, out var read))
        {
            read(this, value);
            return true;
        }
        if (!_isBehindOthers && name == OctetsField && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var octets))
        {
            // A program that changes flags moves Status to the end of the header, so it must be read there.
            Octets = octets;
            IsVerbatim = _hasStatus;
            return true;
        }
        _isBehindOthers = true;
        return false;
    }

    /// <summary>Formats the fields that the export prepends to a message.</summary>
    public static string Format(SystemFlags flags, KeywordSet keywords, long octets)
    {
        var text = new StringBuilder("Status: ").Append(flags.HasFlag(SystemFlags.Seen) ? "RO" : "O").Append('\n');
        var letters = string.Concat(Letters.Where(pair => flags.HasFlag(pair.Flag)).Select(pair => pair.Letter));
        text.Append(letters.Length > 0 ? $"X-Status: {letters}\n" : "");
        text.Append(keywords.IsEmpty ? "" : $"X-Keywords: {keywords}\n");
        return text.Append(CultureInfo.InvariantCulture, $"{OctetsField}: {octets}\n").ToString();
    }

    void ReadStatus(string value)
    {
        _hasStatus = true;
        Flags |= value.Contains('R', StringComparison.Ordinal) ? SystemFlags.Seen : SystemFlags.None;
        ReadLetters(value);
    }

    void ReadLetters(string value)
    {
        foreach (var (letter, flag) in Letters)
        {
            Flags |= value.Contains(letter, StringComparison.Ordinal) ? flag : SystemFlags.None;
        }
    }

    void ReadKeywords(string value) => _keywords.AddRange(value.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries));

    void ReadMozillaStatus(string value)
    {
        if (int.TryParse(value, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var bits))
        {
            foreach (var (bit, flag) in MozillaBits)
            {
                Flags |= (bits & bit) != 0 ? flag : SystemFlags.None;
            }
        }
    }
}
