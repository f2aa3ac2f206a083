using System.Text;
using AgentPost.Protocol.Smtp.Wire;

namespace AgentPost.Protocol.Smtp.Grammar;

/// <summary>
/// The parameters of MAIL or of RCPT, one row each. A row applies the value, or returns null if the value is invalid.
/// </summary>
sealed class ParameterTable<T>(IEnumerable<(string Name, Func<T, string?, T?> Read)> rows)
    where T : class
{
    readonly Dictionary<string, Func<T, string?, T?>> _rows = rows.ToDictionary(row => row.Name, row => row.Read, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Reads all remaining parameters. Returns null if they are valid, otherwise the reply that rejects them.
    /// </summary>
    // Mail-parameters = esmtp-param *(SP esmtp-param); esmtp-param = esmtp-keyword ["=" esmtp-value]
    public Reply? Parse(ref ArgumentReader reader, ref T parameters)
    {
        if (!reader.IsAtEnd && reader.Rest[0] != ' ')
        {
            return new(501, "5.5.4", "A blank goes before each parameter");
        }
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (reader.SkipSpaces(); !reader.IsAtEnd; reader.SkipSpaces())
        {
            var word = reader.TakeWord();
            var isText = ArgumentReader.TryDecodeUtf8(word, out var text);
            var parts = (isText ? text : Encoding.Latin1.GetString(word)).Split('=', 2);
            if (!_rows.TryGetValue(parts[0], out var read))
            {
                return SyntaxReplies.UnknownParameter(parts[0]);
            }
            if (!isText || !seen.Add(parts[0]) || read(parameters, parts.Length == 2 ? parts[1] : null) is not { } next)
            {
                return new(501, "5.5.4", $"Bad value of the parameter {parts[0]}");
            }
            parameters = next;
        }
        return null;
    }
}
