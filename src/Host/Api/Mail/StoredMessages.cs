using System.Text;
using AgentPost.Host.Api.Requests;
using AgentPost.Mime.Characters;
using AgentPost.Mime.Structure;
using AgentPost.Mime.Text;
using AgentPost.Store;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;

namespace AgentPost.Host.Api.Mail;

/// <summary>Reads messages of a request's inbox.</summary>
static class StoredMessages
{
    const int PieceOctets = 64 * 1024;

    /// <summary>Maximum bytes to read of the text in TNEF. This is more than the characters that are kept.</summary>
    const int MaxEmbeddedText = 8 << 20;

    /// <summary>Finds a message by its id. Throws ApiRefusedException if no folder has it.</summary>
    public static async Task<ListedMessage> FindAsync(ApiCall call, string id, CancellationToken cancellation) =>
        MessageId.TryParse(id, out var parsed) && await call.Store.MessageLists.FindAsync(call.Inbox.Id, [parsed], cancellation) is [var message]
            ? message
            : throw new ApiRefusedException(ApiError.NotFound("message", id));

    /// <summary>
    /// Reads the text of a message and the bytes of its top-level header. Reads in pieces, up to the end of the last
    /// text part, so that trailing attachments are not read.
    /// </summary>
    public static async Task<(MessageText Text, byte[] Header)> ReadTextAsync(ApiCall call, ListedMessage message, CancellationToken cancellation)
    {
        var (root, header) = await ReadStructureAsync(call.Store, call.Inbox.Id, message, cancellation);
        var end = BodyParts.Read(message.BodyStructure).Where(part => !part.IsAttachment)
            .Select(part => new Section(part.Path, SectionText.Whole, []).FindPart(root)?.EndOffset ?? root.EndOffset)
            .DefaultIfEmpty(root.BodyOffset).Max();
        var reader = new MessageTextReader();
        var piece = new byte[PieceOctets];
        int read;
        for (var offset = 0L; offset < end; offset += read)
        {
            read = await call.Store.Messages.ReadOctetsAsync(call.Inbox.Id, message.Id, offset, piece.AsMemory(0, (int)Math.Min(piece.Length, end - offset)), cancellation);
            if (read == 0)
            {
                break;
            }
            reader.Write(piece.AsSpan(0, read));
        }
        var text = reader.Complete();
        return (string.IsNullOrWhiteSpace(text.Text) && text.Html is null ? await ReadEmbeddedTextAsync(call, message, root, cancellation) ?? text : text, header);
    }

    // Used if the text in TNEF is the only text of the message.
    static async Task<MessageText?> ReadEmbeddedTextAsync(ApiCall call, ListedMessage message, MimePart root, CancellationToken cancellation)
    {
        var content = message.Contents.FirstOrDefault(content => content.Text is not null);
        if (content?.Text is not { } text || new Section(content.Path, SectionText.Whole, []).FindPart(root) is not { } part)
        {
            return null;
        }
        var reader = new EmbeddedTextReader(text);
        await using var stream = new StoredPartStream(
            call.Store, call.Inbox.Id, message.Id, part, new(text.Offset, Math.Min(text.Size, MaxEmbeddedText)));
        var piece = new byte[PieceOctets];
        while (await stream.ReadAsync(piece, cancellation) is > 0 and var read)
        {
            reader.Write(piece.AsSpan(0, read));
        }
        return reader.Complete();
    }

    /// <summary>Reads the offsets of the parts and the bytes of the top-level header.</summary>
    public static async Task<(MimePart Root, byte[] Header)> ReadStructureAsync(MailStore store, InboxId inbox, ListedMessage message, CancellationToken cancellation)
    {
        var entry = message.Entries[0];
        using var batch = await store.Messages.ReadBatchAsync(
            new(inbox, entry.Folder), new[] { entry.Uid }, MessageColumns.Parts | MessageColumns.Header, cancellation);
        return batch.Rows is [var row]
            ? (MimePartCodec.Decode(row.Parts.Span), row.Header.ToArray())
            : throw new ApiRefusedException(ApiError.NotFound("message", message.Id.ToString()));
    }

    /// <summary>Shows a message with the texts that the view includes.</summary>
    public static async Task<MessageView> ShowAsync(ApiCall call, ListedMessage message, string view, int maxChars, CancellationToken cancellation)
    {
        var shown = MessageView.Of(call.Inbox, message);
        if (view == "summary")
        {
            return shown;
        }
        var (text, header) = await ReadTextAsync(call, message, cancellation);
        shown = WithText(shown, text, maxChars);
        return view == "full" ? WithHtml(shown, text.Html, header, maxChars) : shown;
    }

    public static MessageView WithText(MessageView shown, MessageText text, int maxChars) => shown with
    {
        TextBody = WholeCharacters.Cut(text.Text, maxChars),
        ExtractedText = WholeCharacters.Cut(text.ExtractedText, maxChars),
        HiddenText = text.HiddenText is { } hidden ? WholeCharacters.Cut(hidden, maxChars) : null,
        Warnings = text.HiddenText is null ? null : ["hidden_text"],
        Truncated = text.IsTruncated || text.Text.Length > maxChars || text.ExtractedText.Length > maxChars,
    };

    static MessageView WithHtml(MessageView shown, string? html, byte[] header, int maxChars) => shown with
    {
        HtmlBody = html is null ? null : WholeCharacters.Cut(html, maxChars),
        Headers = Encoding.UTF8.GetString(header),
        Truncated = shown.Truncated is true || html?.Length > maxChars,
    };
}
