using System.Text;

namespace AgentPost.Mime.Headers;

/// <summary>
/// The authors that a header names in From, Sender, Resent-From and Resent-Sender (RFC 5322 §3.6.2, §3.6.6). Parsing is
/// strict: a field counts only if all of it follows the grammar, so that no other reader finds an author in it that
/// this one misses. For display, <see cref="HeaderAddresses"/> parses leniently.
/// </summary>
/// <param name="Mailboxes">Every mailbox of the fields before the first fault, in their order.</param>
/// <param name="Fault">Why the fields do not name their authors: a sentence without a period that starts with the name
/// of the field. Null if they do.</param>
public sealed record AuthorList(IReadOnlyList<Author> Mailboxes, string? Fault)
{
    static readonly string[] FieldNames = ["From", "Sender", "Resent-From", "Resent-Sender"];

    /// <summary>
    /// Addresses that appear only in decoded encoded words. Programs that decode a field before they parse it find
    /// them.
    /// </summary>
    public IReadOnlyList<Author> Decoded { get; private init; } = [];

    /// <summary>The address of the first mailbox in From; null if the fields do not name their authors.</summary>
    public string? FirstFrom => Fault is null
        ? Mailboxes.Where(author => author.Field == "From").Select(author => author.Address).FirstOrDefault()
        : null;

    /// <summary>Reads the fields of a header. Memory and time are linear in its length.</summary>
    public static AuthorList Read(ReadOnlySpan<byte> header)
    {
        var mailboxes = new List<Author>();
        var decoded = new List<Author>();
        var seen = new HashSet<string>();
        string? fault = null;
        var reader = new HeaderFieldReader(header);
        while (fault is null && reader.Read())
        {
            if (reader.Name.IsEmpty)
            {
                fault = NameOf(LettersBeforeColon(reader.Field)) is { } disguised
                    ? $"{disguised} has characters in its name that a field name cannot have"
                    : null;
            }
            else if (NameOf(reader.Name) is { } name)
            {
                fault = ReadField(name, reader.Value, seen.Add(name), mailboxes, decoded);
            }
        }
        return new(mailboxes, fault) { Decoded = decoded };
    }

    static string? ReadField(
        string name, ReadOnlySpan<byte> value, bool isFirst, List<Author> mailboxes, List<Author> decoded)
    {
        var isResent = name.StartsWith("Resent-", StringComparison.Ordinal);
        if (!isFirst && !isResent)
        {
            return $"{name} appears more than once";
        }
        if (FieldText.Fault(value) is { } unreadable)
        {
            return $"{name} {unreadable}";
        }
        var text = FieldText.Unfold(value);
        var addresses = new List<string>();
        if (StrictAddressReader.Read(text, addresses) is { } fault)
        {
            return $"{name} {fault}";
        }
        if (addresses.Count == 0)
        {
            return $"{name} names no mailbox";
        }
        if (addresses.Count > 1 && name.EndsWith("Sender", StringComparison.Ordinal))
        {
            return $"{name} names more than one mailbox";
        }
        mailboxes.AddRange(addresses.Select(address => new Author(name, address)));
        return ReadDecoded(name, text, decoded);
    }

    // Encoded words are display text (RFC 2047 §5), but many programs decode a field before they parse it.
    static string? ReadDecoded(string name, ReadOnlySpan<byte> text, List<Author> decoded)
    {
        if (text.IndexOf("=?"u8) < 0)
        {
            return null;
        }
        var decodedText = EncodedWords.Decode(text);
        if (decodedText.Any(FieldText.IsControl))
        {
            return $"{name} has an encoded word with a control character";
        }
        var visible = AddressTokens.In(Encoding.UTF8.GetString(text)).CountBy(token => token).ToDictionary();
        foreach (var token in AddressTokens.In(decodedText))
        {
            // An address added by an encoded word counts even if a comment contains the same address.
            visible[token] = visible.GetValueOrDefault(token) - 1;
            if (visible[token] < 0)
            {
                decoded.Add(new(name, token));
            }
        }
        return null;
    }

    static string? NameOf(ReadOnlySpan<byte> name)
    {
        foreach (var known in FieldNames)
        {
            if (Ascii.EqualsIgnoreCase(name, known))
            {
                return known;
            }
        }
        return null;
    }

    // A line that this reader does not accept as a field can be one to a program that skips a byte order mark,
    // whitespace or a control character.
    static ReadOnlySpan<byte> LettersBeforeColon(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon <= 0)
        {
            return [];
        }
        var letters = new byte[colon];
        var count = 0;
        foreach (var octet in line[..colon])
        {
            letters[count] = octet;
            count += char.IsAsciiLetter((char)octet) || octet == '-' ? 1 : 0;
        }
        return letters.AsSpan(0, count);
    }
}

/// <summary>An author and the field that names it.</summary>
/// <param name="Field">As RFC 5322 spells it: From, Sender, Resent-From or Resent-Sender.</param>
/// <param name="Address"><c>local@domain</c>, without comments and whitespace. The local part is quoted only if
/// necessary.</param>
public readonly record struct Author(string Field, string Address);
