using AgentPost.Mime.Characters;
using AgentPost.Mime.Headers;
using AgentPost.Mime.Html;
using AgentPost.Mime.Structure;
using AgentPost.Mime.Text;
using AgentPost.Mime.Tnef;

namespace AgentPost.Mime.Scanning;

/// <summary>
/// Reads the decoded content of parts that cannot be interpreted as they arrive: the files and the text in TNEF.
/// </summary>
sealed class ContentReader(ReadOctets read, SearchText output)
{
    /// <summary>Maximum number of parts per message that are read; later ones are ignored.</summary>
    public const int MaxParts = 16;

    /// <summary>
    /// Maximum number of text files in TNEF that are searchable. Each one requires reading the content up to it.
    /// </summary>
    const int MaxTextFiles = 16;

    readonly byte[] _piece = new byte[16 * 1024];

    public static bool IsFor(ScannedPart part, ContentDisposition? disposition) =>
        part.Kind == MimePartKind.Leaf && IsTnef(part.Type, disposition);

    /// <summary>Returns null if the part has no files and no text, whatever its media type.</summary>
    public PartContent? Read(ScannedPart part)
    {
        var size = part.DecodedSize ?? part.EndOffset - part.BodyOffset;
        var content = TnefContent.Read((start, length) => new DecodedPartStream(read, part, start, length), size);
        if (content is null)
        {
            return null;
        }
        Search(part, content);
        return new PartContent([], size) { Files = content.Files, Text = content.Text };
    }

    static bool IsTnef(ContentType type, ContentDisposition? disposition) =>
        type is { Type: "APPLICATION", Subtype: "MS-TNEF" or "VND.MS-TNEF" }
        || (type.Type == "APPLICATION" && HeaderText.FileName(disposition, type)?.Equals("winmail.dat", StringComparison.OrdinalIgnoreCase) is true);

    void Search(ScannedPart part, TnefContent content)
    {
        if (content.Text is { } text)
        {
            Append(part, text, output.Preview.IsEmpty);
        }
        foreach (var file in content.Files)
        {
            output.Append(file.Name);
            output.EndPart();
        }
        foreach (var file in content.Files.Where(file => file.ContentType.StartsWith("text/", StringComparison.Ordinal)).Take(MaxTextFiles))
        {
            var kind = file.ContentType == "text/html" ? EmbeddedTextKind.Html : EmbeddedTextKind.Plain;
            Append(part, new EmbeddedText(kind, null, file.Offset, file.Size), isPreview: false);
        }
    }

    void Append(ScannedPart part, EmbeddedText text, bool isPreview)
    {
        if (output.IsFull)
        {
            return;
        }
        var decoder = new EmbeddedTextDecoder(text, HtmlDetail.Words);
        using (var content = new DecodedPartStream(read, part, text.Offset, text.Size))
        {
            int count;
            while (!decoder.IsTruncated && (count = content.Read(_piece)) > 0)
            {
                decoder.Write(_piece.AsSpan(0, count));
            }
        }
        var decoded = StorableText.Clean(decoder.Complete());
        output.Append(decoded);
        output.EndPart();
        if (isPreview)
        {
            output.Preview.Append(decoded);
        }
    }
}
