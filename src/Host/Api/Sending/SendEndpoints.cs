using System.Text.Encodings.Web;
using AgentPost.Host.Api.Mail;
using AgentPost.Host.Api.Requests;
using AgentPost.Mime.Composing;
using AgentPost.Mime.Text;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;

namespace AgentPost.Host.Api.Sending;

/// <summary>Sends new messages, replies, replies to all and forwards.</summary>
static class SendEndpoints
{
    public static IReadOnlyList<ApiEndpoint> Rows =>
    [
        Row("sendMessage", "/api/v1/inboxes/{inbox}/messages", typeof(MessageRequest), "Send a message. It is filed in Sent.", SendAsync) with
        {
            BodyExample = """{"to":[{"email":"bob@example.com","name":"Bob"}],"subject":"Hello","text_body":"Hello Bob"}""",
        },
        Row("replyToMessage", "/api/v1/inboxes/{inbox}/messages/{message}/reply", typeof(ReplyRequest), "Answer a message, to its sender.", ReplyAsync) with
        {
            SecondScope = Scope.MessagesRead,
            BodyExample = """{"text_body":"Thank you."}""",
        },
        Row("replyToAll", "/api/v1/inboxes/{inbox}/messages/{message}/reply-all", typeof(ReplyRequest), "Answer a message, to its sender and all it went to.", ReplyToAllAsync) with
        {
            SecondScope = Scope.MessagesRead,
            BodyExample = """{"text_body":"Thank you all."}""",
        },
        Row("forwardMessage", "/api/v1/inboxes/{inbox}/messages/{message}/forward", typeof(ReplyRequest), "Pass a message on, with its files.", ForwardAsync) with
        {
            SecondScope = Scope.MessagesRead,
            BodyExample = """{"to":["bob@example.com"],"text_body":"For your information."}""",
        },
    ];

    static ApiEndpoint Row(string id, string path, Type body, string summary, EndpointHandler handler) => new("POST", path, Scope.MessagesWrite, summary, handler)
    {
        Id = id,
        Tag = "Sending",
        Body = body,
        Answer = typeof(SentView),
        Status = StatusCodes.Status201Created,
        CarriesMessage = true,
        IsIdempotent = true,
    };

    static async Task<IResult> SendAsync(ApiCall call, CancellationToken cancellation)
    {
        var request = await call.ReadWithFilesAsync<MessageRequest>(cancellation);
        var builder = Composition.Begin(call, request);
        var thread = request.InReplyTo is { Length: > 0 } answered ? await Composition.AnswerAsync(call, builder, answered, cancellation) : null;
        return await MessageSender.SendAsync(call, builder, thread, cancellation);
    }

    static Task<IResult> ReplyAsync(ApiCall call, CancellationToken cancellation) => ReplyAsync(call, ReplyTo.Sender, cancellation);

    static Task<IResult> ReplyToAllAsync(ApiCall call, CancellationToken cancellation) => ReplyAsync(call, ReplyTo.All, cancellation);

    static async Task<IResult> ReplyAsync(ApiCall call, ReplyTo whom, CancellationToken cancellation)
    {
        var request = await call.ReadWithFilesAsync<ReplyRequest>(cancellation);
        var original = await StoredMessages.FindAsync(call, call.Route("message"), cancellation);
        var shown = MessageView.Of(call.Inbox, original);
        var builder = Composition.Begin(call, Request(request, Prefixed("Re: ", shown.Subject)));
        if (request.To is null)
        {
            builder.To = Composition.Addresses(AnswerTo(shown));
            if (whom is ReplyTo.All && request.Cc is null)
            {
                var primary = AnswerTo(shown).Select(address => address.Email).ToHashSet(StringComparer.OrdinalIgnoreCase);
                builder.Cc = Composition.Addresses(shown.To.Concat(shown.Cc).DistinctBy(address => address.Email.ToLowerInvariant())
                    .Where(address => !primary.Contains(address.Email) && !call.Inbox.Address.Covers(address.Email)));
            }
        }
        var thread = await Composition.AnswerAsync(call, builder, original, cancellation);
        var answer = await MessageSender.SendAsync(call, builder, thread, cancellation);
        await MessageChangeEndpoints.ApplyAsync(call, original, new(FlagChangeMode.Add, SystemFlags.Answered, KeywordSet.Empty), cancellation);
        return answer;
    }

    static async Task<IResult> ForwardAsync(ApiCall call, CancellationToken cancellation)
    {
        var request = await call.ReadWithFilesAsync<ReplyRequest>(cancellation);
        var original = await StoredMessages.FindAsync(call, call.Route("message"), cancellation);
        var shown = await StoredMessages.ShowAsync(call, original, "full", MessageTextReader.MaxChars, cancellation);
        var builder = Composition.Begin(call, Request(request, Prefixed("Fwd: ", shown.Subject)));
        builder.Text = $"{request.TextBody}\n\n{ForwardedText(shown)}\n\n{shown.TextBody}";
        if (shown.HtmlBody is { } html)
        {
            var before = request.HtmlBody ?? Encoded(request.TextBody ?? "");
            builder.Html = $"{before}<br><br>{Encoded(ForwardedText(shown))}<br><br>{html}";
        }
        builder.References = original.InternetMessageId is { } own ? [own] : [];
        var files = AttachmentEndpoints.FilesOf(call, original);
        builder.InlineFiles = [.. builder.InlineFiles, .. files.Where(file => file.ContentId is not null)];
        builder.Attachments = [.. builder.Attachments, .. files.Where(file => file.ContentId is null), .. await WholeAsync(call, original, shown, cancellation)];
        var answer = await MessageSender.SendAsync(call, builder, null, cancellation);
        await MessageChangeEndpoints.ApplyAsync(call, original, new(FlagChangeMode.Add, SystemFlags.None, KeywordSet.Of("$Forwarded")), cancellation);
        return answer;
    }

    // If the text was truncated, attach the whole original message.
    static async Task<IReadOnlyList<MessageFile>> WholeAsync(ApiCall call, ListedMessage original, MessageView shown, CancellationToken cancellation)
    {
        if (shown.Truncated is not true)
        {
            return [];
        }
        var (root, _) = await StoredMessages.ReadStructureAsync(call.Store, call.Inbox.Id, original, cancellation);
        return [new("message/rfc822", _ => ValueTask.FromResult<Stream>(StoredPartStream.OfMessage(call.Store, call.Inbox.Id, original.Id, root)))];
    }

    static MessageRequest Request(ReplyRequest request, string subject) => new()
    {
        To = request.To,
        Cc = request.Cc,
        Bcc = request.Bcc,
        Subject = request.Subject ?? subject,
        TextBody = request.TextBody,
        HtmlBody = request.HtmlBody,
        Attachments = request.Attachments,
    };

    // A reply to an outbound message goes to its recipients.
    static IReadOnlyList<AddressView> AnswerTo(MessageView message) =>
        message.Direction == MessageDirection.Outbound ? message.To : message.ReplyTo.Count > 0 ? message.ReplyTo : message.From is { } from ? [from] : [];

    static string Prefixed(string prefix, string? subject) =>
        (subject ?? "").StartsWith(prefix.Trim(), StringComparison.OrdinalIgnoreCase) ? subject ?? "" : prefix + subject;

    static string ForwardedText(MessageView message) => string.Join('\n', new[]
    {
        "---------- Forwarded message ----------",
        $"From: {Text(message.From is { } from ? [from] : [])}",
        $"Date: {message.SentAt ?? message.ReceivedAt:R}",
        $"Subject: {message.Subject}",
        $"To: {Text(message.To)}",
    });

    static string Text(IReadOnlyList<AddressView> addresses) =>
        string.Join(", ", addresses.Select(address => string.IsNullOrEmpty(address.Name) ? address.Email : $"{address.Name} <{address.Email}>"));

    static string Encoded(string text) => HtmlEncoder.Default.Encode(text).Replace("&#xA;", "<br>\n", StringComparison.Ordinal);

    enum ReplyTo
    {
        Sender,
        All,
    }
}
