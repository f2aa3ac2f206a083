using AgentPost.Host.Api.Requests;
using AgentPost.Mime.Findings;
using AgentPost.Store.Live;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;

namespace AgentPost.Host.Api.Mail;

/// <summary>
/// Waits for a message. Responds as soon as it is delivered, with the same signal that wakes IMAP IDLE.
/// </summary>
static class WaitEndpoints
{
    const int StandardSeconds = 30;
    const int MostSeconds = 300;

    public static IReadOnlyList<ApiEndpoint> Rows =>
    [
        new("GET", "/api/v1/inboxes/{inbox}/messages/wait", Scope.MessagesRead,
            "Wait for a message to come to INBOX, and find codes and links in its text. Without since, one that comes after the call began.", WaitAsync)
        {
            Id = "waitForMessage", Tag = MessageEndpoints.Tag, Answer = typeof(WaitView),
            Query =
            [
                new("from", "string", "Part of a name or address in From."),
                new("subject", "string", "Part of the subject."),
                new("since", "string", "Take one that has come already, at or after this instant.", "date-time"),
                new("timeout", "integer", "Seconds to wait, 0 to 300; 30 when not given. Then message is null."),
                MessageEndpoints.MaxChars,
            ],
        },
    ];

    static async Task<IResult> WaitAsync(ApiCall call, CancellationToken cancellation)
    {
        var timeout = TimeSpan.FromSeconds(call.Query.Number("timeout", 0, MostSeconds, StandardSeconds));
        var maxChars = MessageEndpoints.MaxCharsOf(call);
        var since = call.Query.Instant("since");
        var folder = await FolderNames.FindAsync(call, FolderName.Inbox, cancellation);
        using var lease = await call.Store.Live.OpenAsync(new(call.Inbox.Id, folder.Id), cancellation);
        var filter = new MessageFilter
        {
            Folder = FolderName.Inbox,
            From = call.Query.Text("from"),
            Subject = call.Query.Text("subject"),
            Since = since,
            FirstUid = since is null ? lease.Folder.Current.UidNext : null,
        };
        // Waiting requests must not delay shutdown.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, call.Service<IHostApplicationLifetime>().ApplicationStopping);
        limit.CancelAfter(timeout);
        var found = await FindAsync(call, filter, lease.Folder, limit.Token);
        // The key may have been revoked while the request waited.
        await call.Service<KeyGate>().FindKeyAsync(call.Http, null, cancellation);
        return Answer.Ok(found is null ? new(null, [], []) : await ShowAsync(call, found, maxChars, cancellation));
    }

    static async Task<ListedMessage?> FindAsync(ApiCall call, MessageFilter filter, LiveFolder folder, CancellationToken limit)
    {
        while (true)
        {
            var seen = folder.Current;
            if (await call.Store.MessageLists.ListAsync(call.Inbox.Id, filter, MessageOrder.OldestFirst, null, 1, call.Http.RequestAborted) is [var found])
            {
                return found;
            }
            try
            {
                await folder.ChangedSinceAsync(seen, limit);
            }
            catch (OperationCanceledException) when (!call.Http.RequestAborted.IsCancellationRequested)
            {
                return null;
            }
            if (folder.IsGone)
            {
                return null;
            }
        }
    }

    static async Task<WaitView> ShowAsync(ApiCall call, ListedMessage message, int maxChars, CancellationToken cancellation)
    {
        var (text, _) = await StoredMessages.ReadTextAsync(call, message, cancellation);
        var shown = StoredMessages.WithText(MessageView.Of(call.Inbox, message), text, maxChars);
        var links = MessageLinks.Find(text.Text, text.Html);
        return new(shown, MessageCodes.Find(shown.Subject ?? "", text.Text), [.. links.Select(link => link.Url)])
        {
            LinkDetails = [.. links.Select(link => new LinkView(link.Url, link.Text, link.IsMisleading))],
        };
    }
}

/// <summary>The message that arrived.</summary>
/// <param name="Message">Null if no message arrived in time.</param>
/// <param name="Codes">Likely verification codes, most likely first.</param>
/// <param name="Links">Web addresses in its text and HTML: confirmation and login links first, unsubscribe and similar
/// links last.</param>
sealed record WaitView(MessageView? Message, IReadOnlyList<string> Codes, IReadOnlyList<string> Links)
{
    /// <summary>The links with the text that the reader sees.</summary>
    public IReadOnlyList<LinkView> LinkDetails { get; init; } = [];
}

/// <summary>A link of a message.</summary>
/// <param name="Text">Text that the reader sees instead of the address. Null if the reader sees the address.</param>
/// <param name="Misleading">True if the text looks like an address in a different domain than the link.</param>
sealed record LinkView(string Url, string? Text, bool Misleading);
