using AgentPost.Host.Api.Requests;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;

namespace AgentPost.Host.Api.Mail;

/// <summary>
/// Changes messages: flags, labels, folder, deletion and restoring. Each change has the same effect as in IMAP, and
/// IMAP sessions see it immediately.
/// </summary>
static class MessageChangeEndpoints
{
    public static IReadOnlyList<ApiEndpoint> Rows =>
    [
        new("PATCH", "/api/v1/inboxes/{inbox}/messages/{message}", Scope.MessagesWrite, "Mark a message as seen, flagged or answered, or move it to a folder, where it is alone then.", ChangeAsync)
        {
            Id = "updateMessage", SecondScope = Scope.MessagesRead, Tag = MessageEndpoints.Tag, Body = typeof(MessageChange), Answer = typeof(MessageView), BodyExample = """{"seen":true,"flagged":false}""",
        },
        new("POST", "/api/v1/inboxes/{inbox}/messages/{message}/labels", Scope.MessagesWrite, "Add labels to a message.", AddLabelsAsync)
        {
            Id = "addLabels", SecondScope = Scope.MessagesRead, Tag = MessageEndpoints.Tag, Body = typeof(LabelRequest), Answer = typeof(MessageView), BodyExample = """{"labels":["invoice"]}""",
        },
        new("DELETE", "/api/v1/inboxes/{inbox}/messages/{message}/labels", Scope.MessagesWrite, "Remove labels from a message.", RemoveLabelsAsync)
        {
            Id = "removeLabels", SecondScope = Scope.MessagesRead, Tag = MessageEndpoints.Tag, Body = typeof(LabelRequest), Answer = typeof(MessageView), BodyExample = """{"labels":["invoice"]}""",
        },
        new("DELETE", "/api/v1/inboxes/{inbox}/messages/{message}", Scope.MessagesWrite, "Delete a message: it falls into Trash, or with permanent=true is gone. A draft is gone.", DeleteAsync)
        {
            Id = "deleteMessage", SecondScope = Scope.MessagesRead, Tag = MessageEndpoints.Tag, Status = StatusCodes.Status204NoContent,
            Query = [new("permanent", "boolean", "true: not into Trash, and out of Trash.")],
        },
        new("POST", "/api/v1/inboxes/{inbox}/messages/{message}/restore", Scope.MessagesWrite, "Take a message out of Trash: into INBOX, or Sent if it was sent from here.", RestoreAsync)
        {
            Id = "restoreMessage", SecondScope = Scope.MessagesRead, Tag = MessageEndpoints.Tag, Answer = typeof(MessageView),
        },
    ];

    static async Task<IResult> ChangeAsync(ApiCall call, CancellationToken cancellation)
    {
        var change = await call.ReadAsync<MessageChange>(cancellation);
        var message = await StoredMessages.FindAsync(call, call.Route("message"), cancellation);
        (bool? Wanted, SystemFlags Flag)[] flags = [(change.Seen, SystemFlags.Seen), (change.Flagged, SystemFlags.Flagged), (change.Answered, SystemFlags.Answered)];
        foreach (var mode in (FlagChangeMode[])[FlagChangeMode.Add, FlagChangeMode.Remove])
        {
            var wanted = flags.Where(flag => flag.Wanted == (mode is FlagChangeMode.Add)).Aggregate(SystemFlags.None, (all, flag) => all | flag.Flag);
            if (wanted is not SystemFlags.None)
            {
                await ApplyAsync(call, message, new(mode, wanted, KeywordSet.Empty), cancellation);
            }
        }
        if (change.Folder is { } folder)
        {
            await MoveAsync(call, message.Entries, await FolderNames.FindAsync(call, FolderNames.Parse("folder", folder), cancellation), cancellation);
        }
        return await ShowAsync(call, message, cancellation);
    }

    static async Task<IResult> AddLabelsAsync(ApiCall call, CancellationToken cancellation) => await LabelAsync(call, FlagChangeMode.Add, cancellation);

    static async Task<IResult> RemoveLabelsAsync(ApiCall call, CancellationToken cancellation) => await LabelAsync(call, FlagChangeMode.Remove, cancellation);

    static async Task<IResult> LabelAsync(ApiCall call, FlagChangeMode mode, CancellationToken cancellation)
    {
        var labels = Labels.Read(await call.ReadAsync<LabelRequest>(cancellation));
        var message = await StoredMessages.FindAsync(call, call.Route("message"), cancellation);
        await ApplyAsync(call, message, new(mode, SystemFlags.None, labels), cancellation);
        return await ShowAsync(call, message, cancellation);
    }

    static async Task<IResult> DeleteAsync(ApiCall call, CancellationToken cancellation)
    {
        var isPermanent = call.Query.Has("permanent");
        var message = await StoredMessages.FindAsync(call, call.Route("message"), cancellation);
        await ExpungeAsync(call, message.Entries.Where(entry => entry.Name != FolderName.Trash), cancellation);
        if (isPermanent)
        {
            var left = await call.Store.MessageLists.FindAsync(call.Inbox.Id, [message.Id], cancellation);
            await ExpungeAsync(call, left.SelectMany(found => found.Entries), cancellation);
        }
        return Answer.NoContent;
    }

    static async Task<IResult> RestoreAsync(ApiCall call, CancellationToken cancellation)
    {
        var message = await StoredMessages.FindAsync(call, call.Route("message"), cancellation);
        var deleted = message.Entries.Where(entry => entry.Name == FolderName.Trash).ToList();
        if (deleted.Count == 0)
        {
            throw new ApiRefusedException(new(StatusCodes.Status409Conflict, "not_deleted", "The message is not in Trash.", "Nothing needs to be done."));
        }
        var home = MessageDirection.Of(call.Inbox, message) == MessageDirection.Outbound ? FolderName.Sent : FolderName.Inbox;
        await MoveAsync(call, deleted, await FolderNames.FindAsync(call, home, cancellation), cancellation);
        return await ShowAsync(call, message, cancellation);
    }

    /// <summary>Changes flags or labels in every folder that the message is in.</summary>
    public static async Task ApplyAsync(ApiCall call, ListedMessage message, FlagChange change, CancellationToken cancellation)
    {
        foreach (var entry in message.Entries)
        {
            await call.Store.FlagChanges.ApplyAsync(new(call.Inbox.Id, entry.Folder), new[] { entry.Uid }, change, null, cancellation);
        }
    }

    static async Task ExpungeAsync(ApiCall call, IEnumerable<ListedEntry> entries, CancellationToken cancellation)
    {
        foreach (var entry in entries)
        {
            await call.Store.Expunges.ExpungeAsync(new(call.Inbox.Id, entry.Folder), new[] { entry.Uid }, cancellation);
        }
    }

    // Afterwards, the message is in the folder exactly once. Move one entry first, then expunge the others: the moved
    // entry keeps the message out of Trash.
    static async Task MoveAsync(ApiCall call, IReadOnlyList<ListedEntry> entries, Folder destination, CancellationToken cancellation)
    {
        var stays = entries.FirstOrDefault(entry => entry.Folder == destination.Id) ?? entries[0];
        if (stays.Folder != destination.Id)
        {
            await call.Store.Copies.MoveAsync(new(call.Inbox.Id, stays.Folder), new[] { stays.Uid }, destination.Id, cancellation);
        }
        await ExpungeAsync(call, entries.Where(entry => entry != stays), cancellation);
    }

    static async Task<IResult> ShowAsync(ApiCall call, ListedMessage message, CancellationToken cancellation) =>
        Answer.Ok(MessageView.Of(call.Inbox, await StoredMessages.FindAsync(call, message.Id.ToString(), cancellation)));
}

/// <summary>Changes to a message. An absent field stays unchanged.</summary>
sealed record MessageChange
{
    public bool? Seen { get; init; }
    public bool? Flagged { get; init; }
    public bool? Answered { get; init; }

    /// <summary>Folder to move the message to.</summary>
    public string? Folder { get; init; }
}

/// <summary>Labels to add or remove.</summary>
sealed record LabelRequest
{
    public IReadOnlyList<string>? Labels { get; init; }
}

/// <summary>Labels are IMAP keywords in lower case.</summary>
static class Labels
{
    const int Longest = 255;

    // flag-keyword = atom (RFC 9051 §9), which excludes spaces, controls, brackets, quotes and wildcards.
    static readonly System.Buffers.SearchValues<char> Excluded = System.Buffers.SearchValues.Create("(){ %*\"\\]");

    public static KeywordSet Read(LabelRequest request) => request.Labels is { Count: > 0 } labels
        ? KeywordSet.Of(labels.Select(Parse))
        : throw new ApiRefusedException(ApiError.Invalid("labels", "a list of one or more is needed"));

    static string Parse(string label) =>
        label.Length is > 0 and <= Longest && !label.AsSpan().ContainsAny(Excluded) && !label.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? label.ToLowerInvariant()
            : throw new ApiRefusedException(ApiError.Invalid("labels", $"a label has 1 to {Longest} ASCII characters, without blanks, quotes, brackets, % and *"));
}
