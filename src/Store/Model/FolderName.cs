using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using AgentPost.Store.Addresses;

namespace AgentPost.Store.Model;

/// <summary>
/// The name of a folder in NFC, with components separated by <c>/</c>. No component is empty, control characters are
/// not allowed, and the maximum length is 255 bytes of UTF-8 per component and 1,000 in total. INBOX is always in upper
/// case, also as the first of several components.
/// </summary>
public sealed record FolderName
{
    public const char Separator = '/';

    const int LongestComponent = 255;
    const int LongestName = 1000;

    // RFC 9051 §5.1: control characters (C0, DEL and C1, as in char.IsControl), U+2028 and U+2029 are not allowed in
    // names. The wildcards of LIST are allowed.
    static readonly SearchValues<char> Forbidden = SearchValues.Create(
        [.. Enumerable.Range(0, 256).Select(code => (char)code).Where(char.IsControl), '\u2028', '\u2029']);

    public static readonly FolderName Inbox = new("INBOX");
    public static readonly FolderName Sent = new("Sent");
    public static readonly FolderName Drafts = new("Drafts");
    public static readonly FolderName Trash = new("Trash");

    FolderName(string value) => Value = value;

    public string Value { get; }

    public FolderName? Parent => Value.LastIndexOf(Separator) is var at and > 0 ? new(Value[..at]) : null;

    public bool IsBelow(FolderName ancestor) =>
        Value.Length > ancestor.Value.Length && Value[ancestor.Value.Length] == Separator && Value.StartsWith(ancestor.Value, StringComparison.Ordinal);

    public static bool TryParse(string text, [NotNullWhen(true)] out FolderName? name)
    {
        name = null;
        // Longer text cannot be valid, and normalizing it is expensive. An unpaired surrogate cannot be normalized.
        if (text.Length > LongestName || text.AsSpan().ContainsAny(Forbidden) || !Unicode.IsWellFormed(text))
        {
            return false;
        }
        var components = text.Normalize(NormalizationForm.FormC).Split(Separator);
        if (Ascii.EqualsIgnoreCase(components[0], Inbox.Value))
        {
            components[0] = Inbox.Value;
        }
        var value = string.Join(Separator, components);
        if (Encoding.UTF8.GetByteCount(value) > LongestName || components.Any(part => part.Length == 0 || Encoding.UTF8.GetByteCount(part) > LongestComponent))
        {
            return false;
        }
        name = new(value);
        return true;
    }

    /// <summary>Explains why <see cref="TryParse"/> rejects a name: a sentence without a period.</summary>
    public static string ReasonAgainst(string text) => text switch
    {
        "" => "A folder name cannot be empty",
        _ when text.AsSpan().ContainsAny(Forbidden) || !Unicode.IsWellFormed(text) => "A folder name cannot contain control characters or line separators",
        _ when Encoding.UTF8.GetByteCount(text) > LongestName => $"A folder name has at most {LongestName} bytes",
        _ when text.Split(Separator).Contains("") => "A folder name cannot have an empty part: no // and no / at the start or the end",
        _ => $"Each part of a folder name has at most {LongestComponent} bytes",
    };

    /// <summary>Creates a name from the database, which was parsed before it was stored.</summary>
    internal static FolderName FromStore(string value) => new(value);

    public override string ToString() => Value;
}
