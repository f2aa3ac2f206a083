using AgentPost.Mime;
using AgentPost.Store;

namespace AgentPost.Host.Api;

/// <summary>Takes a draft, whoever wrote it, into its contents, so that some of them can be changed and the whole written again. Its Message-ID stays.</summary>
static class DraftContent
{
    public static async Task<MessageBuilder> ReadAsync(ApiCall call, Draft draft, MessageRequest change, CancellationToken cancellation)
    {
        var message = await StoredMessages.FindAsync(call, draft.Message.ToString(), cancellation);
        var shown = await StoredMessages.ShowAsync(call, message, "full", MessageTextReader.MaxChars, cancellation);
        var builder = Composition.Begin(call, change);
        Keep(builder, shown, change);
        if (change.Attachments is null)
        {
            KeepFiles(call, builder, message);
        }
        builder.Fields = [.. builder.Fields, (Composition.DraftIdField, draft.Id.ToString())];
        if (shown.InternetMessageId is { } own)
        {
            builder.MessageId = own;
        }
        if (change.InReplyTo is { Length: > 0 } answered)
        {
            await Composition.AnswerAsync(call, builder, answered, cancellation);
        }
        else if (shown.InReplyTo is { Length: > 0 } before)
        {
            var (_, header) = await StoredMessages.ReadStructureAsync(call.Store, call.Inbox.Id, message, cancellation);
            builder.InReplyTo = before;
            builder.References = MessageAncestry.Of(header);
        }
        return builder;
    }

    static void Keep(MessageBuilder builder, MessageView shown, MessageRequest change)
    {
        builder.To = change.To is null ? Addresses(shown.To) : builder.To;
        builder.Cc = change.Cc is null ? Addresses(shown.Cc) : builder.Cc;
        builder.Bcc = change.Bcc is null ? Addresses(shown.Bcc) : builder.Bcc;
        // The envelope tells of From where there is no Reply-To.
        builder.ReplyTo = change.ReplyTo is null && !shown.ReplyTo.SequenceEqual(shown.From is { } from ? [from] : []) ? Addresses(shown.ReplyTo) : builder.ReplyTo;
        builder.Subject = change.Subject ?? shown.Subject;
        builder.Html = change.HtmlBody ?? (change.TextBody is null ? shown.HtmlBody : null);
        builder.Text = change.TextBody ?? (change.HtmlBody is null ? shown.TextBody : null);
    }

    static void KeepFiles(ApiCall call, MessageBuilder builder, ListedMessage message)
    {
        var files = BodyParts.Read(message.BodyStructure).Where(part => part.IsAttachment).Select(part => new MessageFile(
            part.ContentType, async token => await AttachmentEndpoints.OpenAsync(call, message, part, token))
        {
            FileName = part.FileName,
            ContentId = part.ContentId,
        }).ToList();
        builder.InlineFiles = [.. files.Where(file => file.ContentId is not null)];
        builder.Attachments = [.. files.Where(file => file.ContentId is null)];
    }

    static IReadOnlyList<MessageAddress> Addresses(IReadOnlyList<AddressView> addresses) => [.. addresses.Select(address => new MailboxAddress(address.Email, address.Name))];
}
