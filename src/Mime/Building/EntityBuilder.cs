using System.Security.Cryptography;

namespace AgentPost.Mime;

/// <summary>
/// Nests the contents: <c>mixed(alternative(text, related(html, inline files)), attachments)</c>, leaving out what has
/// one part only.
/// </summary>
sealed class EntityBuilder(MessageBuilder message)
{
    /// <summary>The root continues the top header; parts begin one of their own.</summary>
    public Entity Build(FieldWriter top)
    {
        var attachments = message.Html is null ? [.. message.InlineFiles, .. message.Attachments] : message.Attachments;
        if (message.Report is { } report)
        {
            List<Entity> parts = [Body(new FieldWriter()), Status(report)];
            if (report.Original is { } original)
            {
                parts.Add(Embedded(original, report.OriginalType));
            }
            return Multipart(top, "report", "delivery-status", [.. parts, .. attachments.Select(a => File(a, "attachment"))]);
        }
        if (attachments.Count == 0)
        {
            return Body(top);
        }
        var files = attachments.Select(a => File(a, "attachment"));
        return message.Text is null && message.Html is null
            ? Multipart(top, "mixed", null, [.. files])
            : Multipart(top, "mixed", null, [Body(new FieldWriter()), .. files]);
    }

    Entity Body(FieldWriter fields)
    {
        if (message.Html is not { } html)
        {
            return Text(fields, "plain", message.Text ?? "");
        }
        return message.Text is { } text
            ? Multipart(fields, "alternative", null, [Text(new FieldWriter(), "plain", text), HtmlBody(new FieldWriter(), html)])
            : HtmlBody(fields, html);
    }

    // RFC 2387
    Entity HtmlBody(FieldWriter fields, string html)
    {
        if (message.InlineFiles.Count == 0)
        {
            return Text(fields, "html", html);
        }
        return Multipart(fields, "related", "text/html", [Text(new FieldWriter(), "html", html), .. message.InlineFiles.Select(f => File(f, "inline"))]);
    }

    static OctetsEntity Text(FieldWriter fields, string subtype, string text)
    {
        var body = TextBody.Of(text);
        fields.Parameters("Content-Type", $"text/{subtype}", ("charset", body.Charset));
        fields.Words("Content-Transfer-Encoding", body.Encoding);
        return new OctetsEntity(Header(fields), ContentTransferEncoding.SevenBit, body.Octets);
    }

    static Entity File(MessageFile file, string disposition)
    {
        var type = MediaType.Read(file.ContentType);
        if (type.IsMessage)
        {
            return Embedded(file, type.Name);
        }
        var fields = new FieldWriter();
        fields.Parameters("Content-Type", type.Name, ("charset", type.Charset), ("name", file.FileName));
        fields.Parameters("Content-Disposition", disposition, ("filename", file.FileName));
        if (file.ContentId is { } id)
        {
            fields.MessageId("Content-ID", id);
        }
        fields.Words("Content-Transfer-Encoding", "base64");
        return new FileEntity(Header(fields), file);
    }

    static MessageEntity Embedded(MessageFile file, string type)
    {
        var fields = new FieldWriter();
        fields.Parameters("Content-Type", type, ("name", file.FileName));
        if (file.FileName is not null)
        {
            fields.Parameters("Content-Disposition", "attachment", ("filename", file.FileName));
        }
        fields.Words("Content-Transfer-Encoding", "8bit");
        return new MessageEntity(Header(fields), file);
    }

    static OctetsEntity Status(DeliveryReport report)
    {
        var fields = new FieldWriter();
        fields.Words("Content-Type", "message/delivery-status");
        return new OctetsEntity(Header(fields), ContentTransferEncoding.SevenBit, report.Render());
    }

    // "=_" is part of no base64 and of no quoted-printable text, and text that is sent as it is was looked through; for embedded messages the 128 random bits vouch.
    static MultipartEntity Multipart(FieldWriter fields, string subtype, string? type, IReadOnlyList<Entity> parts)
    {
        var boundary = "=_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        fields.Parameters("Content-Type", $"multipart/{subtype}", (subtype == "report" ? "report-type" : "type", type), ("boundary", boundary));
        if (MultipartEntity.EncodingOf(parts) == ContentTransferEncoding.EightBit)
        {
            fields.Words("Content-Transfer-Encoding", "8bit");
        }
        return new MultipartEntity(Header(fields), boundary, parts);
    }

    static byte[] Header(FieldWriter fields)
    {
        fields.Blank();
        return fields.ToArray();
    }
}
