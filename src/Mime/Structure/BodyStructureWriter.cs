namespace AgentPost.Mime.Structure;

/// <summary>
/// Renders BODYSTRUCTURE (RFC 9051 §7.5.2) from the parts in preorder. The grammar has no form for a multipart without
/// parts, so it is rendered as plain text. An opaque message/rfc822 is rendered with an empty envelope and an empty
/// text part.
/// </summary>
static class BodyStructureWriter
{
    static ReadOnlySpan<byte> EmptyText => "(\"TEXT\" \"PLAIN\" (\"CHARSET\" \"us-ascii\") NIL NIL \"7BIT\" 0 0 NIL NIL NIL NIL)"u8;

    public static byte[] Render(IReadOnlyList<ScannedPart> parts)
    {
        var writer = new ImapWriter();
        var open = new Stack<ScannedPart>();
        foreach (var part in parts)
        {
            while (open.Count > 0 && open.Peek() != part.Parent)
            {
                Close(writer, open.Pop());
            }
            switch (part.FinalKind)
            {
                case MimePartKind.Multipart:
                    writer.Raw("("u8);
                    open.Push(part);
                    break;
                case MimePartKind.Message:
                    OpenMessage(writer, part);
                    open.Push(part);
                    break;
                default:
                    Leaf(writer, part);
                    break;
            }
        }
        while (open.Count > 0)
        {
            Close(writer, open.Pop());
        }
        return writer.ToArray();
    }

    static void Close(ImapWriter writer, ScannedPart part)
    {
        writer.Raw(" "u8);
        if (part.Kind == MimePartKind.Multipart)
        {
            // body-type-mpart = 1*body SP media-subtype [SP body-ext-mpart]
            writer.Raw(part.Fields.Head);
        }
        else
        {
            writer.Number(part.Lines);
        }
        writer.Raw(part.Fields.Extension).Raw(")"u8);
    }

    // body-type-msg = media-message SP body-fields SP envelope SP body SP body-fld-lines
    static void OpenMessage(ImapWriter writer, ScannedPart part)
    {
        writer.Raw("("u8).Raw(part.Fields.Head).Raw(" "u8).Number(part.EndOffset - part.BodyOffset).Raw(" "u8);
        writer.Raw(part.Fields.Envelope is { } envelope ? envelope : Envelope.Empty).Raw(" "u8);
    }

    static void Leaf(ImapWriter writer, ScannedPart part)
    {
        if (part.Type.IsMessage)
        {
            OpenMessage(writer, part);
            writer.Raw(EmptyText);
            Close(writer, part);
            return;
        }
        // body-type-basic = media-basic SP body-fields; body-type-text = media-text SP body-fields SP body-fld-lines
        var isMultipart = part.Type.IsMultipart;
        var fields = isMultipart ? RenderedFields.Default : part.Fields;
        writer.Raw("("u8).Raw(fields.Head).Raw(" "u8).Number(part.EndOffset - part.BodyOffset);
        if (part.Type.IsText || isMultipart)
        {
            writer.Raw(" "u8).Number(part.Lines);
        }
        writer.Raw(fields.Extension).Raw(")"u8);
    }
}
