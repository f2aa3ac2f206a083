using System.Text;
using MimeKit;
using MimeKit.Encodings;
using MimeKit.IO;
using MimeKit.IO.Filters;

namespace AgentPost.Mime.Composing;

/// <summary>
/// Nests the contents: <c>mixed(alternative(text, related(html, inline files)), attachments)</c>, without multiparts
/// that would have only one part.
/// </summary>
sealed class MessageBody(MessageBuilder message)
{
    const int MaxLineBytes = 998;

    // MimeKit checks the length after a character of three bytes, so its lines are up to two bytes longer than
    // requested.
    const int QuotedPrintableLength = 74;

    public MimeEntity Build()
    {
        var attachments = message.Html is null ? [.. message.InlineFiles, .. message.Attachments] : message.Attachments;
        if (message.Report is { } report)
        {
            return Report(report, attachments);
        }
        if (attachments.Count == 0)
        {
            return Body();
        }
        var files = attachments.Select(file => FilePart.Of(file, "attachment"));
        return Multi(new Multipart("mixed"), message.Text is null && message.Html is null ? files : [Body(), .. files]);
    }

    MultipartReport Report(DeliveryReport report, IReadOnlyList<MessageFile> attachments) => Multi(
        new MultipartReport("delivery-status"),
        [
            Body(),
            report.ToEntity(),
            .. report.Original is { } original ? [FilePart.Embedded(original)] : Array.Empty<MimeEntity>(),
            .. attachments.Select(file => FilePart.Of(file, "attachment")),
        ]);

    MimeEntity Body()
    {
        if (message.Html is not { } html)
        {
            return Text("plain", message.Text ?? "");
        }
        return message.Text is { } text
            ? Multi(new MultipartAlternative(), [Text("plain", text), Html(html)])
            : Html(html);
    }

    // RFC 2387
    MimeEntity Html(string html)
    {
        var root = Text("html", html);
        return message.InlineFiles.Count == 0
            ? root
            : Multi(
                new MultipartRelated { Root = root }, message.InlineFiles.Select(file => FilePart.Of(file, "inline")));
    }

    static TextPart Text(string subtype, string text)
    {
        var content = new MemoryStream(Encoding.UTF8.GetBytes(WithLineEnds(text)));
        // MimeKit would append a line end to empty content.
        var part = new TextPart(subtype) { Content = content.Length == 0 ? null : new MimeContent(content) };
        part.ContentType.Charset = Ascii.IsValid(text) ? "us-ascii" : "utf-8";
        part.ContentTransferEncoding = part.GetBestEncoding(EncodingConstraint.SevenBit, MaxLineBytes);
        if (part.ContentTransferEncoding == ContentEncoding.QuotedPrintable)
        {
            part.Content = new MimeContent(QuotedPrintable(content), ContentEncoding.QuotedPrintable);
        }
        return part;
    }

    static MemoryBlockStream QuotedPrintable(MemoryStream content)
    {
        var encoded = new MemoryBlockStream();
        using var filtered = new FilteredStream(encoded);
        filtered.Add(new EncoderFilter(new QuotedPrintableEncoder(QuotedPrintableLength)));
        // A program that keeps mail in mbox files would insert ">" before "From ", which breaks DKIM signatures.
        filtered.Add(new ArmoredFromFilter());
        content.WriteTo(filtered);
        filtered.Flush();
        return encoded;
    }

    static string WithLineEnds(string text)
    {
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n')
            .Replace("\n", "\r\n", StringComparison.Ordinal);
        return lines.Length == 0 || lines.EndsWith('\n') ? lines : lines + "\r\n";
    }

    static T Multi<T>(T multipart, IEnumerable<MimeEntity> parts)
        where T : Multipart
    {
        foreach (var part in parts)
        {
            multipart.Add(part);
        }
        if (multipart.Any(part => part.Headers[HeaderId.ContentTransferEncoding] == "8bit"))
        {
            // RFC 2045 §6.4
            multipart.Headers.Add(HeaderId.ContentTransferEncoding, "8bit");
        }
        return multipart;
    }
}
