using System.Text;

namespace AgentPost.Mime.Headers;

/// <summary>
/// Content-Type (RFC 2045 §5), with defaults for absent or invalid values; type and subtype in upper case.
/// </summary>
sealed record ContentType(string Type, string Subtype, IReadOnlyList<MimeParameter> Parameters)
{
    public static readonly ContentType PlainText = new("TEXT", "PLAIN", []);
    public static readonly ContentType Message = new("MESSAGE", "RFC822", []);

    /// <summary>RFC 2046 §5.1.1 allows 70 bytes. A multipart with a longer boundary than this is opaque.</summary>
    public const int MaxBoundaryOctets = 256;

    const int MaxNameLength = 127;

    /// <summary>Maximum number of bytes of the field that are parsed.</summary>
    const int MaxOctets = 1 << 14;

    public bool IsText => Type == "TEXT";
    public bool IsMultipart => Type == "MULTIPART";
    public bool IsMessage => Type == "MESSAGE" && Subtype is "RFC822" or "GLOBAL";

    /// <summary>The boundary of a multipart; null if there is no usable one.</summary>
    public byte[]? Boundary { get; } = UsableBoundary(Parameters);

    public string? Charset => Parameter("CHARSET");

    /// <summary>
    /// Returns the decoded value of a parameter in any form of RFC 2231, for parameters with ASCII values. The name
    /// must be in upper case. Returns null if the parameter is missing.
    /// </summary>
    public string? Parameter(string name) => Find(Parameters, name) is { } parameter ? Encoding.ASCII.GetString(parameter.Content) : null;

    static MimeParameter? Find(IReadOnlyList<MimeParameter> parameters, string name)
    {
        MimeParameter? found = null;
        foreach (var parameter in parameters)
        {
            if (parameter.IsExtended && parameter.Name.AsSpan(0, parameter.Name.Length - 1).SequenceEqual(name))
            {
                return parameter;
            }
            found ??= parameter.Name == name ? parameter : null;
        }
        return found;
    }

    /// <param name="enclosing">The type of the enclosing part; null for the top part.</param>
    public static ContentType Read(HeaderBlock header, ContentType? enclosing)
    {
        if (!header.Has("Content-Type"u8))
        {
            // RFC 2046 §5.1.5
            return enclosing is { IsMultipart: true, Subtype: "DIGEST" } ? Message : PlainText;
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
            // RFC 2045 §5.2: a type without a subtype is plain text.
            ("", _) or (_, "") => PlainText with { Parameters = parameters },
            // RFC 6838 §4.2: names have at most 127 characters.
            ({ Length: > MaxNameLength }, _) or (_, { Length: > MaxNameLength }) => PlainText,
            _ => new ContentType(type, subtype, parameters),
        };
    }

    static byte[]? UsableBoundary(IReadOnlyList<MimeParameter> parameters)
    {
        // A boundary never ends in whitespace: transport may have added some to the line.
        ReadOnlySpan<byte> boundary = Find(parameters, "BOUNDARY") is { } parameter ? parameter.Content.AsSpan().TrimEnd(" \t"u8) : [];
        return boundary.Length is > 0 and <= MaxBoundaryOctets ? boundary.ToArray() : null;
    }
}
