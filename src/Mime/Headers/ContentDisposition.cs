namespace AgentPost.Mime.Headers;

/// <summary>Content-Disposition (RFC 2183), with the type in upper case.</summary>
sealed record ContentDisposition(string Type, IReadOnlyList<MimeParameter> Parameters)
{
    const int MaxOctets = 1 << 14;

    public bool IsAttachment => Type == "ATTACHMENT";

    /// <summary>Returns null if the field is absent or has no type.</summary>
    public static ContentDisposition? Read(HeaderBlock header)
    {
        var text = header.Text("Content-Disposition"u8);
        var lexer = new FieldLexer(text[..Math.Min(text.Length, MaxOctets)]);
        lexer.SkipBlanks();
        var type = lexer.Token();
        return type.Length == 0 ? null : new ContentDisposition(type, MimeParameters.Read(ref lexer));
    }
}
