using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AgentPost.Support.Transcripts;

/// <summary>
/// The <c>$names</c> of one run. A name begins with a lower-case letter, so that keywords such as <c>$Forwarded</c> stay what they are.
/// All text is one character an octet (Latin-1), as it is read from the file and from the server.
/// </summary>
public sealed partial class TranscriptVariables
{
    readonly Dictionary<string, string> _values = [];
    readonly string _mailFolder;

    public TranscriptVariables(string mailFolder) => _mailFolder = mailFolder;

    public string this[string name]
    {
        get => _values.TryGetValue(name, out var value) ? value : throw new TranscriptException($"${name} has no value yet");
        set => _values[name] = value;
    }

    /// <summary>Octets to send for a text with variables.</summary>
    public string Expand(string text) =>
        Variable().Replace(Functions(text), match => this[match.Groups["name"].Value]);

    /// <summary>Matches a line that the server sent; names without a value take theirs from it.</summary>
    public bool TryMatch(string expected, string actual)
    {
        var match = Pattern(expected).Match(actual);
        if (!match.Success)
        {
            return false;
        }
        foreach (var group in match.Groups.Values.Where(group => !char.IsAsciiDigit(group.Name[0])))
        {
            _values.TryAdd(group.Name, group.Value);
        }
        return true;
    }

    /// <summary>A file of tests/Transcripts/mail with CRLF line ends and <c>$user</c> put in.</summary>
    public string Mail(string file) => File.ReadAllText(Path.Combine(_mailFolder, file), Encoding.Latin1)
        .ReplaceLineEndings("\r\n")
        .Replace("$user", _values.GetValueOrDefault("user", "$user"), StringComparison.Ordinal);

    /// <summary>\r \n \0 \\ and \xHH.</summary>
    public static string Unescape(string text) => Escape().Replace(text, match => match.Value[1] switch
    {
        'r' => "\r",
        'n' => "\n",
        '0' => "\0",
        'x' => ((char)Convert.ToByte(match.Value[2..], 16)).ToString(),
        _ => "\\",
    });

    Regex Pattern(string expected)
    {
        var pattern = new StringBuilder("^");
        var text = Functions(expected);
        var at = 0;
        foreach (Match match in VariableOrEllipsis().Matches(text))
        {
            pattern.Append(Regex.Escape(text[at..match.Index])).Append(Piece(match, pattern));
            at = match.Index + match.Length;
        }
        pattern.Append(Regex.Escape(text[at..])).Append('$');
        return new(pattern.ToString(), RegexOptions.Singleline | RegexOptions.CultureInvariant);
    }

    string Piece(Match match, StringBuilder before)
    {
        if (match.Groups["name"] is not { Success: true } name)
        {
            return ".*?";
        }
        if (_values.TryGetValue(name.Value, out var value))
        {
            return Regex.Escape(value);
        }
        return before.ToString().Contains($"(?<{name.Value}>", StringComparison.Ordinal)
            ? $@"\k<{name.Value}>"
            : $@"(?<{name.Value}>[^\s()\[\]{{}}""<>]+)";
    }

    string Functions(string text) => Function().Replace(text, match => match.Groups["function"].Value switch
    {
        "base64" => Convert.ToBase64String(Encoding.Latin1.GetBytes(Unescape(Expand(match.Groups["argument"].Value)))),
        _ => Mail(match.Groups["argument"].Value).Length.ToString(CultureInfo.InvariantCulture),
    });

    // The second choice is "…" as its three octets of UTF-8.
    [GeneratedRegex(@"\$(?<name>[a-z][a-z0-9]*)|\u00e2\u0080\u00a6")]
    private static partial Regex VariableOrEllipsis();

    [GeneratedRegex(@"\$(?<name>[a-z][a-z0-9]*)")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\$(?<function>base64|octets)\((?<argument>[^)]*)\)")]
    private static partial Regex Function();

    [GeneratedRegex(@"\\(r|n|0|\\|x[0-9A-Fa-f]{2})")]
    private static partial Regex Escape();
}
