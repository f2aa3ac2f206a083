using AgentPost.Mime.Headers;

namespace AgentPost.Mime.Structure;

/// <summary>
/// The parts of BODYSTRUCTURE (RFC 9051 §9) that come from a part's header. They are rendered when the header ends, so
/// that nothing else of the header must be kept.
/// </summary>
/// <param name="Head">For a multipart: media-subtype. Otherwise: media type and body-fields up to body-fld-enc.</param>
/// <param name="Extension">A space and the extension data.</param>
/// <param name="Envelope">The envelope of a message inside the part.</param>
sealed record RenderedFields(byte[] Head, byte[] Extension, byte[]? Envelope)
{
    public static readonly RenderedFields Default = Render(new HeaderBlock(), ContentType.PlainText, MimePartKind.Leaf, "");

    const int MaxEncodingLength = 64;

    public static RenderedFields Render(HeaderBlock header, ContentType type, MimePartKind kind, string encoding) => kind == MimePartKind.Multipart
        ? new RenderedFields(new ImapWriter().String(type.Subtype).ToArray(), MultipartExtension(header, type), null)
        : new RenderedFields(Fields(header, type, encoding), LeafExtension(header), null);

    // media-type SP media-subtype SP body-fld-param SP body-fld-id SP body-fld-desc SP body-fld-enc
    static byte[] Fields(HeaderBlock header, ContentType type, string encoding)
    {
        var writer = new ImapWriter();
        writer.String(type.Type).Raw(" "u8).String(type.Subtype).Raw(" "u8);
        Parameters(writer, WithCharset(type)).Raw(" "u8);
        writer.NonEmpty(header.Text("Content-ID"u8)).Raw(" "u8);
        writer.NonEmpty(header.Text("Content-Description"u8)).Raw(" "u8);
        writer.String(encoding.Length is > 0 and <= MaxEncodingLength ? encoding : "7BIT");
        return writer.ToArray();
    }

    // Text without a charset is us-ascii (RFC 2046 §4.1.2). A charset in the form of RFC 2231, which few clients
    // support, does not replace it.
    static IReadOnlyList<MimeParameter> WithCharset(ContentType type) =>
        type.IsText && !HasCharset(type) ? [.. type.Parameters, new MimeParameter("CHARSET", [.. "us-ascii"u8])] : type.Parameters;

    static bool HasCharset(ContentType type)
    {
        foreach (var parameter in type.Parameters)
        {
            if (parameter.Name == "CHARSET")
            {
                return true;
            }
        }
        return false;
    }

    // body-ext-1part = body-fld-md5 [SP body-fld-dsp [SP body-fld-lang [SP body-fld-loc *(SP body-extension)]]]
    static byte[] LeafExtension(HeaderBlock header)
    {
        var writer = new ImapWriter().Raw(" "u8).NonEmpty(header.Text("Content-MD5"u8));
        return DispositionLanguageLocation(writer, header).ToArray();
    }

    // body-ext-mpart = body-fld-param [SP body-fld-dsp [SP body-fld-lang [SP body-fld-loc *(SP body-extension)]]]
    static byte[] MultipartExtension(HeaderBlock header, ContentType type)
    {
        var writer = Parameters(new ImapWriter().Raw(" "u8), type.Parameters);
        return DispositionLanguageLocation(writer, header).ToArray();
    }

    static ImapWriter DispositionLanguageLocation(ImapWriter writer, HeaderBlock header)
    {
        writer.Raw(" "u8);
        // body-fld-dsp = "(" string SP body-fld-param ")" / nil
        if (ContentDisposition.Read(header) is { } disposition)
        {
            writer.Raw("("u8).String(disposition.Type).Raw(" "u8);
            Parameters(writer, disposition.Parameters).Raw(")"u8);
        }
        else
        {
            writer.Raw("NIL"u8);
        }
        Languages(writer.Raw(" "u8), header).Raw(" "u8);
        return writer.NonEmpty(header.Text("Content-Location"u8));
    }

    // body-fld-lang = nstring / "(" string *(SP string) ")"
    static ImapWriter Languages(ImapWriter writer, HeaderBlock header)
    {
        var lexer = new FieldLexer(header.Text("Content-Language"u8));
        var languages = new List<byte[]>();
        while (!lexer.AtEnd && languages.Count < 100)
        {
            lexer.SkipBlanks();
            var language = lexer.TokenAsWritten();
            if (!language.IsEmpty)
            {
                languages.Add(language.ToArray());
            }
            else if (!lexer.AtEnd)
            {
                lexer.Skip();
            }
        }
        if (languages.Count <= 1)
        {
            return languages.Count == 0 ? writer.Raw("NIL"u8) : writer.String(languages[0]);
        }
        writer.Raw("("u8).String(languages[0]);
        foreach (var language in languages[1..])
        {
            writer.Raw(" "u8).String(language);
        }
        return writer.Raw(")"u8);
    }

    // body-fld-param = "(" string SP string *(SP string SP string) ")" / nil
    static ImapWriter Parameters(ImapWriter writer, IReadOnlyList<MimeParameter> parameters)
    {
        if (parameters.Count == 0)
        {
            return writer.Raw("NIL"u8);
        }
        for (var i = 0; i < parameters.Count; i++)
        {
            writer.Raw(i == 0 ? "("u8 : " "u8);
            writer.String(parameters[i].Name).Raw(" "u8).String(parameters[i].Value);
        }
        return writer.Raw(")"u8);
    }
}
