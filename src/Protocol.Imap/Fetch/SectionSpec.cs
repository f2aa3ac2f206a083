using System.Globalization;
using System.Text;
using AgentPost.Mime.Structure;
using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Wire;

namespace AgentPost.Protocol.Imap.Fetch;

/// <summary>Parses the rest of <c>BODY[</c> (RFC 9051 §9, section) and <c>BINARY[</c>.</summary>
static class SectionSpec
{
    // Longest match first.
    static readonly (string Name, SectionText Text)[] Texts =
    [
        ("HEADER.FIELDS.NOT", SectionText.HeaderFieldsNot),
        ("HEADER.FIELDS", SectionText.HeaderFields),
        ("HEADER", SectionText.Header),
        ("TEXT", SectionText.Text),
        ("MIME", SectionText.Mime),
    ];

    /// <summary>
    /// section = "[" [section-spec] "]"; section-spec = section-msgtext / (section-part ["." section-text]); then
    /// ["&lt;" number "." nz-number "&gt;"]
    /// </summary>
    public static BodySectionItem Parse(ref CommandParser parser, SeenEffect seen)
    {
        var path = new List<int>();
        var label = new StringBuilder("BODY[");
        var section = new Section(path, ParseText(ref parser, path, label, out var names), names);
        parser.Octet((byte)']');
        label.Append(']');
        var partial = ParsePartial(ref parser);
        if (partial is { } part)
        {
            label.Append(CultureInfo.InvariantCulture, $"<{part.Offset}>");
        }
        return new(label.ToString(), section, partial, seen);
    }

    /// <summary>The rest of <c>BINARY[</c>: section-part "]" [partial] (RFC 3516 §7)</summary>
    public static BinaryItem ParseBinary(ref CommandParser parser, SeenEffect seen)
    {
        var (section, path) = ParsePart(ref parser);
        var partial = ParsePartial(ref parser);
        var origin = partial is { } part ? string.Create(CultureInfo.InvariantCulture, $"<{part.Offset}>") : "";
        return new($"BINARY[{path}]{origin}", section, partial, seen);
    }

    /// <summary>The rest of <c>BINARY.SIZE[</c>: section-part "]"</summary>
    public static BinarySizeItem ParseBinarySize(ref CommandParser parser)
    {
        var (section, path) = ParsePart(ref parser);
        return new($"BINARY.SIZE[{path}]", section);
    }

    /// <summary>header_list of RFC 1730 §9: SP "(" header-fld-name *(SP header-fld-name) ")"</summary>
    public static BodySectionItem ParseHeaderLines(ref CommandParser parser, SectionText text)
    {
        var names = ParseFieldNames(ref parser, new());
        return new("RFC822.HEADER", new([], text, names), null, SeenEffect.Leaves);
    }

    /// <summary>
    /// section-binary = "[" [section-part] "]", after its opening bracket. Also returns the numbers as text.
    /// </summary>
    static (Section Section, string Path) ParsePart(ref CommandParser parser)
    {
        var path = new List<int>();
        if (!parser.IsNext((byte)']'))
        {
            do
            {
                path.Add((int)Math.Min(parser.NzNumber(), int.MaxValue));
            }
            while (parser.TryOctet((byte)'.'));
        }
        parser.Octet((byte)']');
        return (new(path, SectionText.Whole, []), string.Join('.', path.Select(number => number.ToString(CultureInfo.InvariantCulture))));
    }

    /// <summary>section-part = nz-number *("." nz-number)</summary>
    static SectionText ParseText(ref CommandParser parser, List<int> path, StringBuilder label, out IReadOnlyList<string> names)
    {
        names = [];
        while (parser.TryNumber(out var number))
        {
            if (number == 0)
            {
                throw new SyntaxException("Part numbers begin with 1");
            }
            path.Add((int)Math.Min(number, int.MaxValue));
            label.Append(number);
            if (!parser.TryOctet((byte)'.'))
            {
                return SectionText.Whole;
            }
            label.Append('.');
        }
        if (path.Count == 0 && parser.IsNext((byte)']'))
        {
            return SectionText.Whole;
        }
        return ParseNamedText(ref parser, path, label, out names);
    }

    /// <summary>
    /// section-text = "HEADER" / "HEADER.FIELDS" [".NOT"] SP header-list / "TEXT" / "MIME". MIME is valid only after a
    /// part number.
    /// </summary>
    static SectionText ParseNamedText(ref CommandParser parser, List<int> path, StringBuilder label, out IReadOnlyList<string> names)
    {
        names = [];
        foreach (var (name, text) in Texts)
        {
            if ((text is SectionText.Mime && path.Count == 0) || !parser.TryPrefix(Encoding.ASCII.GetBytes(name)))
            {
                continue;
            }
            label.Append(name);
            if (text is SectionText.HeaderFields or SectionText.HeaderFieldsNot)
            {
                names = ParseFieldNames(ref parser, label);
            }
            return text;
        }
        throw parser.Expected("a section");
    }

    /// <summary>header-list = "(" header-fld-name *(SP header-fld-name) ")"</summary>
    static List<string> ParseFieldNames(ref CommandParser parser, StringBuilder label)
    {
        var names = new List<string>();
        parser.Sp();
        parser.Open();
        label.Append(" (");
        do
        {
            var name = parser.AStringOctets();
            if (name.AsSpan().ContainsAnyExceptInRange((byte)' ', (byte)'~'))
            {
                throw new SyntaxException("A header field name is printable ASCII");
            }
            label.Append(names.Count > 0 ? " " : "").Append(AsAString(name));
            names.Add(Encoding.ASCII.GetString(name));
        }
        while (parser.TrySp());
        parser.Close();
        label.Append(')');
        return names;
    }

    // The client matches the response by the field names as it sent them.
    static string AsAString(byte[] name)
    {
        var text = Encoding.ASCII.GetString(name);
        return name.Length > 0 && !name.AsSpan().ContainsAnyExcept(Atoms.AStringChar)
            ? text
            : $"\"{text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>["&lt;" number "." nz-number "&gt;"]</summary>
    static OctetRange? ParsePartial(ref CommandParser parser)
    {
        if (!parser.TryOctet((byte)'<'))
        {
            return null;
        }
        var offset = parser.Number64();
        parser.Octet((byte)'.');
        var octets = parser.Number64();
        if (octets == 0)
        {
            throw new SyntaxException("A partial fetch asks for at least one octet");
        }
        parser.Octet((byte)'>');
        return new(offset, octets);
    }
}
