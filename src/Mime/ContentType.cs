using System.Text;

namespace AgentPost.Mime;

/// <summary>Content-Type (RFC 2045 §5), with the defaults for what is absent or unreadable; type and subtype in upper case.</summary>
sealed record ContentType(string Type, string Subtype, IReadOnlyList<MimeParameter> Parameters)
{
    public static readonly ContentType PlainText = new("TEXT", "PLAIN", []);
    public static readonly ContentType Message = new("MESSAGE", "RFC822", []);

    const int MaxNameLength = 127;

    /// <summary>Octets of the field that are looked at.</summary>
    const int MaxOctets = 1 << 14;

    public bool IsText => Type == "TEXT";
    public bool IsMultipart => Type == "MULTIPART";
    public bool IsMessage => Type == "MESSAGE" && Subtype is "RFC822" or "GLOBAL";

    /// <summary>Of a multipart; null when there is none that can be used.</summary>
    public byte[]? Boundary { get; } = UsableBoundary(Parameters);

    public string? Charset => Parameter("CHARSET");

    /// <summary>The value as it stands, for parameters whose values are of ASCII; the name in upper case. Null when there is none.</summary>
    public string? Parameter(string name)
    {
        foreach (var parameter in Parameters)
        {
            if (parameter.Name == name)
            {
                return Encoding.ASCII.GetString(parameter.Value);
            }
        }
        return null;
    }

    public static ContentType Read(HeaderBlock header, ScannedPart? parent)
    {
        if (!header.Has("Content-Type"u8))
        {
            // RFC 2046 §5.1.5
            return parent is { Type: { IsMultipart: true, Subtype: "DIGEST" } } ? Message : PlainText;
        }
        var text = header.Text("Content-Type"u8);
        var lexer = new FieldLexer(text[..Math.Min(text.Length, MaxOctets)]);
        lexer.SkipBlanks();
        var type = lexer.Token();
        lexer.SkipBlanks();
        var subtype = "";
        if (lexer.TrySkip('/'))
        {
            lexer.SkipBlanks();
            subtype = lexer.Token();
        }
        var parameters = MimeParameters.Read(ref lexer);
        return (type, subtype) switch
        {
            ("MULTIPART", "") => new ContentType(type, "MIXED", parameters),
            // RFC 2045 §5.2: what has no subtype is plain text.
            ("", _) or (_, "") => PlainText with { Parameters = parameters },
            // RFC 6838 §4.2: names have at most 127 characters.
            ({ Length: > MaxNameLength }, _) or (_, { Length: > MaxNameLength }) => PlainText,
            _ => new ContentType(type, subtype, parameters),
        };
    }

    static byte[]? UsableBoundary(IReadOnlyList<MimeParameter> parameters)
    {
        foreach (var parameter in parameters)
        {
            if (parameter.Name is "BOUNDARY")
            {
                // It never ends in a blank: transport may have added some to the line.
                var boundary = parameter.Value.AsSpan().TrimEnd(" \t"u8);
                return boundary.Length is > 0 and <= MimeScanner.MaxBoundaryOctets ? boundary.ToArray() : null;
            }
        }
        return null;
    }
}
