using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Host.MailFiles;

/// <summary>
/// Names in a Maildir. A folder (Maildir++) is <c>.Parent.Child</c> in modified UTF-7, with <c>\2e</c> for a dot in a
/// name, like Dovecot's listescape. A message is <c>seconds.unique:2,FLAGS</c>; lowercase letters stand for the
/// keywords that the file <c>dovecot-keywords</c> numbers.
/// </summary>
static partial class MaildirName
{
    public const string KeywordFile = "dovecot-keywords";
    public const string Mark = ":2,";

    /// <summary>Maximum number of keywords: one per letter.</summary>
    public const int MostKeywords = 26;

    static readonly (char Letter, SystemFlags Flag)[] Letters =
    [
        ('D', SystemFlags.Draft), ('F', SystemFlags.Flagged), ('R', SystemFlags.Answered), ('S', SystemFlags.Seen), ('T', SystemFlags.Deleted),
    ];

    const char Passed = 'P';
    const string Forwarded = "$Forwarded";

    /// <summary>Returns the folder path for a directory name, separated by <c>/</c>.</summary>
    public static string ReadFolder(string directory)
    {
        var names = directory[1..].Split('.', StringSplitOptions.RemoveEmptyEntries);
        return string.Join('/', names.Select(name => Escaped().Replace(Decode(name), Unescape)));
    }

    /// <summary>Returns the directory name of a folder inside the root Maildir.</summary>
    public static string WriteFolder(FolderName folder) => string.Concat(folder.Value.Split('/').Select(name => "." + ModifiedUtf7.Encode(
        name.Replace("\\", "\\5c", StringComparison.Ordinal).Replace(".", "\\2e", StringComparison.Ordinal))));

    /// <summary>Returns the keywords of a folder's letters. A letter without a keyword is null.</summary>
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

    /// <param name="keywords">The keywords of the folder's letters.</param>
    public static (SystemFlags Flags, KeywordSet Keywords) ReadFlags(string file, IReadOnlyList<string?> keywords)
    {
        var mark = file.LastIndexOf(Mark, StringComparison.Ordinal);
        var letters = mark < 0 ? "" : file[(mark + Mark.Length)..];
        var flags = Letters.Where(pair => letters.Contains(pair.Letter, StringComparison.Ordinal)).Aggregate(SystemFlags.None, (all, pair) => all | pair.Flag);
        var named = letters.Where(char.IsAsciiLetterLower).Select(letter => keywords.ElementAtOrDefault(letter - 'a')).OfType<string>();
        return (flags, Keywords.Of(letters.Contains(Passed, StringComparison.Ordinal) ? named.Append(Forwarded) : named));
    }

    /// <param name="letterOf">Returns the letter of a keyword, or null if no letter is left.</param>
    public static string WriteFlags(SystemFlags flags, KeywordSet keywords, Func<string, char?> letterOf)
    {
        var letters = Letters.Where(pair => flags.HasFlag(pair.Flag)).Select(pair => pair.Letter);
        var ofKeywords = keywords.Names.Select(name => name.Equals(Forwarded, StringComparison.OrdinalIgnoreCase) ? Passed : letterOf(name)).OfType<char>();
        return Mark + string.Concat(letters.Concat(ofKeywords).Order());
    }

    /// <summary>
    /// Returns the time of delivery, from the first number in the file name. Returns null if there is none.
    /// </summary>
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
