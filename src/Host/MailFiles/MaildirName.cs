using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Host.MailFiles;

/// <summary>
/// Names in a Maildir. Folders (Maildir++): <c>.Parent.Child</c> in modified UTF-7; a dot within a name is <c>\2e</c>, as Dovecot's listescape writes it. Messages:
/// <c>seconds.unique:2,FLAGS</c>, where small letters stand for the keywords that the file <c>dovecot-keywords</c> numbers.
/// </summary>
static partial class MaildirName
{
    public const string KeywordFile = "dovecot-keywords";
    public const string Mark = ":2,";

    /// <summary>Keywords that there are letters for.</summary>
    public const int MostKeywords = 26;

    static readonly (char Letter, SystemFlags Flag)[] Letters =
    [
        ('D', SystemFlags.Draft), ('F', SystemFlags.Flagged), ('R', SystemFlags.Answered), ('S', SystemFlags.Seen), ('T', SystemFlags.Deleted),
    ];

    const char Passed = 'P';
    const string Forwarded = "$Forwarded";

    /// <summary>The path of a folder, apart by <c>/</c>, whose directory has this name.</summary>
    public static string ReadFolder(string directory)
    {
        var names = directory[1..].Split('.', StringSplitOptions.RemoveEmptyEntries);
        return string.Join('/', names.Select(name => Escaped().Replace(Decode(name), Unescape)));
    }

    /// <summary>The directory for a folder below the one that is the Maildir itself.</summary>
    public static string WriteFolder(FolderName folder) => string.Concat(folder.Value.Split('/').Select(name => "." + ModifiedUtf7.Encode(
        name.Replace("\\", "\\5c", StringComparison.Ordinal).Replace(".", "\\2e", StringComparison.Ordinal))));

    /// <summary>What the letters of a folder stand for; null for one that stands for nothing.</summary>
    public static IReadOnlyList<string?> ReadKeywords(string directory)
    {
        var keywords = new List<string?>();
        var path = Path.Combine(directory, KeywordFile);
        foreach (var line in File.Exists(path) ? File.ReadAllLines(path) : [])
        {
            // "0 $label1"
            if (line.Split(' ', 2) is [var digits, var name]
                && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < MostKeywords)
            {
                keywords.AddRange(Enumerable.Repeat<string?>(null, Math.Max(0, number + 1 - keywords.Count)));
                keywords[number] = name;
            }
        }
        return keywords;
    }

    /// <param name="keywords">What the folder's letters stand for.</param>
    public static (SystemFlags Flags, KeywordSet Keywords) ReadFlags(string file, IReadOnlyList<string?> keywords)
    {
        var mark = file.LastIndexOf(Mark, StringComparison.Ordinal);
        var letters = mark < 0 ? "" : file[(mark + Mark.Length)..];
        var flags = Letters.Where(pair => letters.Contains(pair.Letter, StringComparison.Ordinal)).Aggregate(SystemFlags.None, (all, pair) => all | pair.Flag);
        var named = letters.Where(char.IsAsciiLetterLower).Select(letter => keywords.ElementAtOrDefault(letter - 'a')).OfType<string>();
        return (flags, Keywords.Of(letters.Contains(Passed, StringComparison.Ordinal) ? named.Append(Forwarded) : named));
    }

    /// <param name="letterOf">The letter of a keyword; null when there is none left.</param>
    public static string WriteFlags(SystemFlags flags, KeywordSet keywords, Func<string, char?> letterOf)
    {
        var letters = Letters.Where(pair => flags.HasFlag(pair.Flag)).Select(pair => pair.Letter);
        var ofKeywords = keywords.Names.Select(name => name.Equals(Forwarded, StringComparison.OrdinalIgnoreCase) ? Passed : letterOf(name)).OfType<char>();
        return Mark + string.Concat(letters.Concat(ofKeywords).Order());
    }

    /// <summary>When the message of a file was delivered, by the name's first number; null when there is none.</summary>
    public static DateTimeOffset? ReadDate(string file) => Seconds().Match(file) is { Success: true } seconds
        ? DateTimeOffset.FromUnixTimeSeconds(long.Parse(seconds.Value, CultureInfo.InvariantCulture))
        : null;

    static string Decode(string name) => ModifiedUtf7.TryDecode(Encoding.UTF8.GetBytes(name), out var decoded) ? decoded : name;

    static string Unescape(Match escape) => escape.Value.EndsWith('e') ? "." : "\\";

    [GeneratedRegex(@"\\(2e|5c)")]
    private static partial Regex Escaped();

    [GeneratedRegex(@"^\d{9,10}(?=\.)")]
    private static partial Regex Seconds();
}
