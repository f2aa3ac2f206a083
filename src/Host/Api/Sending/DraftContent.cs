using System.Buffers;
using System.Text;
using AgentPost.Host.Api.Mail;
using AgentPost.Host.Api.Requests;
using AgentPost.Mime.Composing;
using AgentPost.Mime.Headers;
using AgentPost.Mime.Text;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;
using AgentPost.Store.Spooling;

namespace AgentPost.Host.Api.Sending;

/// <summary>Reads drafts of any client, to change or send them.</summary>
static class DraftContent
{
    const int PieceOctets = 64 * 1024;

    // Fields that Thunderbird keeps in drafts for itself.
    static readonly IReadOnlyList<string> ClientFields = ["X-Mozilla-Draft-Info", "X-Identity-Key", "X-Account-Key", "FCC"];

    // The Date is set when the draft is sent.
    static readonly IReadOnlyList<string> NotSent = [.. Composition.OwnFields, .. ClientFields, "Date"];

    /// <summary>Reads the draft version that was found. Throws StoreRefusedException: EntryVanished.</summary>
    public static async Task<ListedMessage> FindTextAsync(ApiCall call, Draft draft, CancellationToken cancellation) =>
        await call.Store.MessageLists.FindAsync(call.Inbox.Id, [draft.Message], cancellation) is [var text] ? text : throw Vanished();

    public static StoreRefusedException Vanished() => new(Refusal.EntryVanished, "The draft has been changed or deleted meanwhile.");

    /// <summary>
    /// Reads a draft into a builder and applies the changes, so that the draft can be written again. Keeps its
    /// Message-ID.
    /// </summary>
    public static async Task<MessageBuilder> ReadAsync(ApiCall call, Draft draft, MessageRequest change, CancellationToken cancellation)
    {
        var message = await FindTextAsync(call, draft, cancellation);
        var shown = await StoredMessages.ShowAsync(call, message, "full", MessageTextReader.MaxChars, cancellation);
        var (_, header) = await StoredMessages.ReadStructureAsync(call.Store, call.Inbox.Id, message, cancellation);
        var builder = Composition.Begin(call, change);
        KeepAddresses(call, builder, shown, change);
        KeepText(builder, shown, change);
        if (change.Attachments is null)
        {
            var files = AttachmentEndpoints.FilesOf(call, message);
            builder.InlineFiles = [.. files.Where(file => file.ContentId is not null)];
            builder.Attachments = [.. files.Where(file => file.ContentId is null)];
        }
        builder.Fields = [.. change.Headers is null ? KeptFields(header) : builder.Fields, (Composition.DraftIdField, draft.Id.ToString())];
        builder.MessageId = shown.InternetMessageId is { } id && MessageBuilder.IsMessageId(id) ? id : builder.MessageId;
        if (change.InReplyTo is { Length: > 0 } answered)
        {
            await Composition.AnswerAsync(call, builder, answered, cancellation);
        }
        else if (shown.InReplyTo is { Length: > 0 } before)
        {
            builder.InReplyTo = before;
            builder.References = MessageAncestry.Of(header);
        }
        return builder;
    }

    /// <summary>
    /// Reads the bytes of a draft, without the fields that only drafts have. The caller disposes the message.
    /// </summary>
    public static async Task<IncomingMessage> ReadForSendingAsync(ApiCall call, Draft draft, CancellationToken cancellation)
    {
        var stored = await FindTextAsync(call, draft, cancellation);
        var (root, header) = await StoredMessages.ReadStructureAsync(call.Store, call.Inbox.Id, stored, cancellation);
        var message = call.Store.Appends.Receive();
        try
        {
            await message.WriteAsync(new ReadOnlySequence<byte>(HeaderForSending(call, header)), cancellation);
            var piece = new byte[PieceOctets];
            for (var offset = root.BodyOffset; await call.Store.Messages.ReadOctetsAsync(call.Inbox.Id, stored.Id, offset, piece, cancellation) is > 0 and var read; offset += read)
            {
                await message.WriteAsync(new ReadOnlySequence<byte>(piece, 0, read), cancellation);
            }
            await message.CompleteAsync(cancellation);
            return message;
        }
        catch
        {
            await message.DisposeAsync();
            throw;
        }
    }

    static ReadOnlyMemory<byte> HeaderForSending(ApiCall call, byte[] header)
    {
        var fields = new ArrayBufferWriter<byte>();
        if (call.IdempotencyKey() is { } key)
        {
            fields.Write(Encoding.ASCII.GetBytes($"{Composition.IdempotencyField}: {key}\r\n"));
        }
        HeaderFields.Filter(header, NotSent, HeaderFilter.AllBut, fields);
        return fields.WrittenMemory;
    }

    static void KeepAddresses(ApiCall call, MessageBuilder builder, MessageView shown, MessageRequest change)
    {
        if (shown.From is { } author && call.Inbox.Address.Covers(author.Email))
        {
            builder.From = [new(author.Email, author.Name)];
        }
        builder.To = change.To is null ? Composition.Addresses(shown.To) : builder.To;
        builder.Cc = change.Cc is null ? Composition.Addresses(shown.Cc) : builder.Cc;
        builder.Bcc = change.Bcc is null ? Composition.Addresses(shown.Bcc) : builder.Bcc;
        // The envelope repeats From if there is no Reply-To.
        builder.ReplyTo = change.ReplyTo is null && !shown.ReplyTo.SequenceEqual(shown.From is { } from ? [from] : []) ? Composition.Addresses(shown.ReplyTo) : builder.ReplyTo;
        builder.Subject = change.Subject ?? shown.Subject;
    }

    static void KeepText(MessageBuilder builder, MessageView shown, MessageRequest change)
    {
        if (change.TextBody is not null || change.HtmlBody is not null)
        {
            return;
        }
        if (shown.Truncated is true)
        {
            throw new ApiRefusedException(new(
                StatusCodes.Status422UnprocessableEntity, "text_too_long", $"The text of the draft is longer than {MessageTextReader.MaxChars} characters, so it cannot be kept.",
                "Give text_body or html_body too."));
        }
        (builder.Text, builder.Html) = (shown.TextBody, shown.HtmlBody);
    }

    static IEnumerable<(string Name, string Value)> KeptFields(byte[] header) =>
        FurtherFields.Of(header).Where(field => !Composition.OwnFields.Contains(field.Name, StringComparer.OrdinalIgnoreCase));
}
