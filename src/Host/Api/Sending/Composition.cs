using System.Text;
using AgentPost.Host.Api.Mail;
using AgentPost.Host.Api.Requests;
using AgentPost.Mime.Composing;
using AgentPost.Mime.Headers;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;
using AgentPost.Store.Spooling;

namespace AgentPost.Host.Api.Sending;

/// <summary>Builds messages from requests.</summary>
static class Composition
{
    public const string DraftIdField = "X-AgentPost-Draft-Id";
    public const string IdempotencyField = "X-AgentPost-Idempotency-Key";

    /// <summary>Fields that the server sets itself. Callers cannot set them.</summary>
    public static readonly IReadOnlyList<string> OwnFields = [DraftIdField, IdempotencyField, "Return-Path", "Received"];

    public static MessageBuilder Begin(ApiCall call, MessageRequest request)
    {
        var address = call.Inbox.Address.Value;
        return new(call.Time, address[(address.LastIndexOf('@') + 1)..])
        {
            From = [new(address, call.Inbox.Name)],
            To = Addresses(request.To),
            Cc = Addresses(request.Cc),
            Bcc = Addresses(request.Bcc),
            ReplyTo = Addresses(request.ReplyTo),
            Subject = request.Subject,
            Text = request.TextBody,
            Html = request.HtmlBody,
            Fields = [.. Fields(request.Headers)],
            InlineFiles = [.. Files(call, request.Attachments).Where(file => file.ContentId is not null)],
            Attachments = [.. Files(call, request.Attachments).Where(file => file.ContentId is null)],
        };
    }

    /// <summary>
    /// Makes the message a reply to another one. Returns the thread of that message, or null if only its Message-ID is
    /// given.
    /// </summary>
    public static async Task<ThreadId?> AnswerAsync(ApiCall call, MessageBuilder builder, string inReplyTo, CancellationToken cancellation)
    {
        if (!MessageId.TryParse(inReplyTo, out _))
        {
            builder.InReplyTo = inReplyTo.Trim().Trim('<', '>');
            builder.References = [builder.InReplyTo];
            return null;
        }
        return await AnswerAsync(call, builder, await StoredMessages.FindAsync(call, inReplyTo, cancellation), cancellation);
    }

    /// <summary>
    /// Sets In-Reply-To and References from the original. Ids that are not ASCII are omitted: few servers accept them,
    /// and the thread is known without them.
    /// </summary>
    public static async Task<ThreadId> AnswerAsync(ApiCall call, MessageBuilder builder, ListedMessage original, CancellationToken cancellation)
    {
        var (_, header) = await StoredMessages.ReadStructureAsync(call.Store, call.Inbox.Id, original, cancellation);
        var own = original.InternetMessageId is { } id && Ascii.IsValid(id) ? id : null;
        builder.InReplyTo = own;
        builder.References = [.. MessageAncestry.Of(header).Where(id => id != own && Ascii.IsValid(id)), .. own is null ? Array.Empty<string>() : [own]];
        return original.Thread;
    }

    /// <summary>
    /// Writes the message. The caller disposes it. Throws ApiRefusedException if the content is invalid in a message.
    /// </summary>
    public static async Task<IncomingMessage> WriteAsync(ApiCall call, MessageBuilder builder, string? idempotencyKey, CancellationToken cancellation)
    {
        if (idempotencyKey is not null)
        {
            builder.Fields = [.. builder.Fields, (IdempotencyField, idempotencyKey)];
        }
        var message = call.Store.Appends.Receive();
        try
        {
            await builder.Build().WriteToAsync(new IncomingStream(message, call.Options.MessageSize), cancellation);
            await message.CompleteAsync(cancellation);
            return message;
        }
        catch (Exception failure)
        {
            await message.DisposeAsync();
            if (failure is ArgumentException wrong)
            {
                throw new ApiRefusedException(ApiError.Invalid("message", wrong.Message.Split(" (Parameter")[0]));
            }
            throw;
        }
    }

    /// <summary>Converts addresses of a stored message for use in a new one.</summary>
    public static IReadOnlyList<MessageAddress> Addresses(IEnumerable<AddressView> addresses) =>
        [.. addresses.Select(address => new MailboxAddress(address.Email, address.Name))];

    public static IReadOnlyList<MessageAddress> Addresses(IReadOnlyList<AddressRequest>? requests) =>
        [.. (requests ?? []).Select(request => new MailboxAddress(request.Email.Trim(), request.Name))];

    static IEnumerable<MessageFile> Files(ApiCall call, IReadOnlyList<FileRequest>? requests) => (requests ?? []).Select((request, index) =>
    {
        var content = request.Content ?? throw new ApiRefusedException(ApiError.Invalid($"attachments[{index}].content", "a file has content, in base64"));
        return new MessageFile(request.MimeType ?? "application/octet-stream", _ => ValueTask.FromResult(content.Open(call.Body)))
        {
            FileName = request.Filename,
            ContentId = request.ContentId,
        };
    });

    public static IEnumerable<(string Name, string Value)> Fields(IReadOnlyDictionary<string, string>? headers) => (headers ?? new Dictionary<string, string>()).Select(field =>
        OwnFields.Contains(field.Key, StringComparer.OrdinalIgnoreCase)
            ? throw new ApiRefusedException(ApiError.Invalid($"headers.{field.Key}", "this field is the server's"))
            : (field.Key, field.Value));
}
