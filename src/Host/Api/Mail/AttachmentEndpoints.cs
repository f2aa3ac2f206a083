using AgentPost.Host.Api.Requests;
using AgentPost.Mime.Composing;
using AgentPost.Mime.Structure;
using AgentPost.Mime.Transfer;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;

namespace AgentPost.Host.Api.Mail;

/// <summary>Lists and downloads the files of messages.</summary>
static class AttachmentEndpoints
{
    public static IReadOnlyList<ApiEndpoint> Rows =>
    [
        new("GET", "/api/v1/inboxes/{inbox}/messages/{message}/attachments/{attachment}", Scope.MessagesRead, "Get a file of a message, decoded.", GetAsync)
        {
            Id = "getAttachment", Tag = MessageEndpoints.Tag, MediaType = "application/octet-stream",
        },
    ];

    static async Task<IResult> GetAsync(ApiCall call, CancellationToken cancellation)
    {
        var message = await StoredMessages.FindAsync(call, call.Route("message"), cancellation);
        var file = StoredFile.Find(message, call.Route("attachment")) ?? throw new ApiRefusedException(ApiError.NotFound("attachment", call.Route("attachment")));
        return Download.Of(call, await OpenAsync(call, message, file, cancellation), file.ContentType, file.FileName);
    }

    /// <summary>
    /// Returns the files of a message, to attach them to another one. Each file is read when the new message is
    /// written.
    /// </summary>
    public static IReadOnlyList<MessageFile> FilesOf(ApiCall call, ListedMessage message) =>
    [
        .. StoredFile.Of(message).Select(file =>
            new MessageFile(file.ContentType, async token => await OpenAsync(call, message, file, token))
            {
                Parameters = file.Embedded is null ? file.Part.Parameters : [],
                FileName = file.FileName,
                ContentId = file.ContentId,
            }),
    ];

    static async Task<Stream> OpenAsync(ApiCall call, ListedMessage message, StoredFile file, CancellationToken cancellation)
    {
        var (root, _) = await StoredMessages.ReadStructureAsync(call.Store, call.Inbox.Id, message, cancellation);
        return new Section(file.Part.Path, SectionText.Whole, []).FindPart(root) is { } part
            ? Open(new(call.Store, call.Inbox.Id, message.Id, part, file.Embedded is { } embedded ? RangeOf(embedded) : null), file)
            : throw new ApiRefusedException(ApiError.NotFound("attachment", file.Id));
    }

    static OctetRange RangeOf(EmbeddedFile file) => new(file.Offset, file.Encoding is null ? file.Size : file.EncodedSize);

    static Stream Open(StoredPartStream stream, StoredFile file) =>
        file.Embedded?.Encoding is { } encoding && TransferDecoder.For(encoding) is { } decoder
            ? new DecodingStream(stream, decoder)
            : stream;
}
