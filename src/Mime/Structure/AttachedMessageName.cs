using System.Buffers;
using System.Globalization;
using System.Text;
using AgentPost.Mime.Characters;

namespace AgentPost.Mime.Structure;

/// <summary>
/// Names attached messages that have no file name, so that programs can save them. As in mail clients, the name is the
/// subject, or "message", followed by ".eml". Only for display; BODYSTRUCTURE has no such name.
/// </summary>
static class AttachedMessageName
{
    const string Extension = ".eml";
    const int MaxChars = 100;

    // Characters with a special meaning in file systems or shells.
    static readonly SearchValues<char> Unsafe = SearchValues.Create("/\\:*?\"<>|");

    /// <summary>Returns the name for a message with the given envelope.</summary>
    public static string Of(ReadOnlySpan<byte> envelope)
    {
        var subject = new StringBuilder();
        foreach (var c in EnvelopeReader.Subject(envelope))
        {
            subject.Append(Unsafe.Contains(c) || CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.Format ? '_' : c);
        }
        var name = WholeCharacters.Cut(subject.ToString().Trim(' ', '.'), MaxChars).Trim(' ', '.');
        return (name.Trim('_', ' ').Length == 0 ? "message" : name) + Extension;
    }

    /// <summary>Returns the parts, with a number added to names that another file of the message has.</summary>
    public static IReadOnlyList<BodyPart> WithDistinctNames(List<BodyPart> parts)
    {
        var names = new HashSet<string>(
            parts.Where(part => !part.IsNamedBySubject).Select(part => part.FileName).OfType<string>(), StringComparer.OrdinalIgnoreCase);
        var counts = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i] is { IsNamedBySubject: true, FileName: { } name })
            {
                parts[i] = parts[i] with { FileName = Distinct(name, names, counts) };
            }
        }
        return parts;
    }

    static string Distinct(string name, HashSet<string> names, Dictionary<string, int> counts)
    {
        var distinct = name;
        while (!names.Add(distinct))
        {
            var number = counts[name] = counts.GetValueOrDefault(name, 1) + 1;
            distinct = string.Create(CultureInfo.InvariantCulture, $"{name[..^Extension.Length]} ({number}){Extension}");
        }
        return distinct;
    }
}
