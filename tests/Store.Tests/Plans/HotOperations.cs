using AgentPost.Store.Access;
using AgentPost.Store.Live;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;
using AgentPost.Store.Outbound;
using AgentPost.Store.Reading;
using AgentPost.Store.Search;
using AgentPost.Store.Spooling;

namespace AgentPost.Store.Tests.Plans;

/// <summary>What mail clients, senders and workers do to one inbox all the time.</summary>
sealed class HotOperations(MailStore store, Inbox inbox)
{
    const string Recipient = "remote@example.com";

    int _messages;

    FolderKey In(int folder) => new(inbox.Id, new(folder));

    /// <param name="Needed">Messages that the operation is about, so that a plan has to read so many rows at least.</param>
    public sealed record Operation(string Name, long Needed, Func<Task> RunAsync);

    /// <summary>All operations on an inbox of so many messages.</summary>
    public IEnumerable<Operation> All(int count)
    {
        return [.. Reading(count), .. Lists(count), .. Changes(count), .. Sending()];
    }

    IEnumerable<Operation> Reading(int count)
    {
        var some = Uids(Math.Max(1, count / 2), Math.Min(50, count));
        yield return new("FETCH ENVELOPE of 50", 50, () => FetchAsync(some, MessageColumns.Envelope | MessageColumns.InternalAt));
        yield return new("FETCH BODY of 50", 50, () => FetchAsync(some, MessageColumns.Octets));
        yield return new("FETCH of scattered", 50, () => FetchAsync(Scattered(count), MessageColumns.Parts));
        yield return new("FETCH SIZE", 50, () => FetchAsync(some, MessageColumns.Size));
        yield return new("SEARCH TEXT", count, () => SearchAsync(new SearchCriterion.Contains(TextField.Text, "nowhere")));
        yield return new("SEARCH SUBJECT", count, () => SearchAsync(new SearchCriterion.Contains(TextField.Subject, "nowhere")));
        yield return new("SEARCH HEADER", count, () => SearchAsync(new SearchCriterion.Header("subject", "nowhere")));
        yield return new("SEARCH SENTSINCE", count, () => SearchAsync(new SearchCriterion.Dated(DateField.Sent, new(2020, 1, 1), null)));
        yield return new("SEARCH LARGER", count, () => SearchAsync(new SearchCriterion.Larger(1_000_000)));
        yield return new("SEARCH UID TEXT", 50, () => SearchAsync(new SearchCriterion.And(
            [new SearchCriterion.Uids([new(some[0], some[^1])]), new SearchCriterion.Contains(TextField.Text, "nowhere")])));
        yield return new("SEARCH THREADID", count, () => SearchAsync(new SearchCriterion.IsInThread(ThreadId.New())));
        yield return new("SORT SUBJECT", count, () => OnViewAsync(view => store.Sorts.SortAsync(view, Uids(1, count), [new(SortKey.Subject, SortDirection.Ascending)], default)));
        yield return new("THREAD REFERENCES", count, () => OnViewAsync(
            view => store.Threads.ThreadAsync(view, Uids(1, count), ThreadAlgorithm.References, default)));
        yield return new("QRESYNC", 110, () => store.ChangeLog.ExpungedSinceAsync(In(1), new(Math.Max(1, count - 10)), default));
        yield return new("DELETED-STORAGE", count, () => store.Folders.DeletedSizeAsync(In(1), default));
    }

    IEnumerable<Operation> Lists(int count)
    {
        yield return new("HTTP list", 50, () => ListAsync(new()));
        yield return new("HTTP list of a folder", 50, () => ListAsync(new() { Folder = FolderName.Inbox }));
        yield return new("HTTP list of an empty folder", 1, () => ListAsync(new() { Folder = FolderName.Trash }));
        yield return new("HTTP list with text", count, () => ListAsync(new() { Text = "nowhere" }));
        yield return new("HTTP list of a thread", 5, () => ListAsync(new() { Thread = ThreadId.New() }));
        yield return new("HTTP wait", 1, () => ListAsync(new() { Folder = FolderName.Inbox, FirstUid = new((uint)count + 1) }));
        yield return new("HTTP counts", count, () => store.MessageLists.CountAsync(inbox.Id, default));
        yield return new("HTTP threads", 250, ListThreadsAsync);
        yield return new("drafts", 20, () => store.Drafts.ListAsync(inbox.Id, default));
        yield return new("draft texts", 20, () => store.Drafts.FindTextsAsync(inbox.Id, new(Guid.CreateVersion7()), new(uint.MaxValue), default));
        yield return new("folders", 10, () => store.Folders.ListAsync(inbox.Id, default));
        yield return new("annotations", 10, () => store.Annotations.FindAsync(inbox.Id, null, ["/private/comment"], 0, 100, default));
        yield return new("usage", 1, () => store.SendUsages.ReadAsync(inbox.Id, default));
    }

    IEnumerable<Operation> Changes(int count)
    {
        yield return new("APPEND", 1, () => AppendAsync(1, ""));
        yield return new("APPEND of a reply", 5, () => AppendAsync(1, "In-Reply-To: <3@filled>\r\nReferences: <1@nowhere> <2@nowhere> <3@filled>\r\n"));
        yield return new("APPEND to Sent", 1, () => AppendAsync(2, ""));
        yield return new("APPEND to Drafts", 5, () => AppendAsync(3, "X-AgentPost-Draft-Id: drf_00000000000000000000000000\r\n"));
        yield return new("STORE", 1, () => store.FlagChanges.ApplyAsync(In(1), Uids(1, 1), new(FlagChangeMode.Add, SystemFlags.Flagged, KeywordSet.Empty), null, default));
        yield return new("STORE of 50", 50, () => store.FlagChanges.ApplyAsync(
            In(1), Uids(1, 50), new(FlagChangeMode.Remove, SystemFlags.Flagged, KeywordSet.Empty), null, default));
        yield return new("STORE of scattered", 50, () => store.FlagChanges.ApplyAsync(
            In(1), Scattered(count), new(_messages++ % 2 == 0 ? FlagChangeMode.Add : FlagChangeMode.Remove, SystemFlags.Answered, KeywordSet.Empty), null, default));
        yield return new("COPY of scattered", 50, () => store.Copies.CopyAsync(In(1), Scattered(count), new(4), default));
        yield return new("EXPUNGE of scattered", 50, async () =>
        {
            var copies = (await store.Copies.CopyAsync(In(1), Scattered(count), new(3), default)).Destination;
            await store.Expunges.ExpungeAsync(In(3), copies.Where((_, index) => index != 1).ToArray(), default);
        });
        yield return new("STORE UNCHANGEDSINCE", 50, () => store.FlagChanges.ApplyAsync(
            In(1), Uids(1, 50), new(FlagChangeMode.Add, SystemFlags.Flagged, KeywordSet.Empty), new(1), default));
        yield return new("COPY of 10", 10, () => store.Copies.CopyAsync(In(1), Uids(1, 10), new(4), default));
        yield return new("APPEND and EXPUNGE", 5, async () => await store.Expunges.ExpungeAsync(In(1), (await AppendAsync(1, "")).Uids.ToArray(), default));
        yield return new("APPEND and MOVE", 5, async () => await store.Copies.MoveAsync(In(1), (await AppendAsync(1, "")).Uids.ToArray(), new(4), default));
        yield return new("import", 40, () => ImportAsync("Message-ID: <{0}@imported>\r\n"));
        yield return new("import without Message-ID", 40, () => ImportAsync(""));
        yield return new("REPLACE", 5, async () =>
        {
            var uid = (await AppendAsync(3, "")).Uids[0];
            await using var message = await ReceiveAsync("");
            await store.Appends.ReplaceAsync(In(3), uid, new(3), new(message, SystemFlags.Draft, KeywordSet.Empty, null), default);
        });
    }

    IEnumerable<Operation> Sending()
    {
        yield return new("RCPT", 2, () => store.SendPolicy.CheckAsync(inbox.Id, Recipient, [], default));
        yield return new("submission", 5, () => SubmitAsync(""));
        yield return new("submission of a reply", 5, () => SubmitAsync("References: <3@filled>\r\n"));
        yield return new("inbound mail", 5, async () =>
        {
            await using var message = await ReceiveAsync("");
            await store.Arrivals.DeliverAsync(new([inbox.Address.ToString()], message, KeywordSet.Empty, "author@example.com"), default);
        });
        yield return new("delivery", 5, async () =>
        {
            await store.Queue.FindDueAsync(RemoteDelivery.Active, default);
            if (await store.Queue.TakeAsync(QueueScope.To("example.com"), 10, default) is { } taken)
            {
                await store.Deliveries.OpenAsync(taken, default);
                await store.Deliveries.SettleAsync(
                    taken, [.. taken.Recipients.Select(one => new DeliveryAttempt(one.Id, DeliveryEnd.Delivered, "2.0.0", "ok"))], null,
                    new Dictionary<string, LocalRecipient>(), default);
            }
            await store.Queue.FindNextDueAsync(DateTimeOffset.UtcNow, RemoteDelivery.Active, default);
        });
        yield return new("events", 60, () => store.Events.ReadAsync(inbox.Organization, 0, 50, default));
    }

    async Task FetchAsync(Uid[] uids, MessageColumns columns) => (await store.Messages.ReadBatchAsync(In(1), uids, columns, default)).Dispose();

    Task SearchAsync(SearchCriterion criterion) => OnViewAsync(view => store.Searches.FindAsync(view, criterion, default));

    async Task OnViewAsync<T>(Func<FolderSnapshot, Task<T>> work)
    {
        using var lease = await store.Live.OpenAsync(In(1), default);
        await work(lease.Folder.Current);
    }

    Task ListAsync(MessageFilter filter) => store.MessageLists.ListAsync(inbox.Id, filter, MessageOrder.NewestFirst, null, 50, default);

    async Task ListThreadsAsync()
    {
        var threads = (await store.ThreadLists.ListAsync(inbox.Id, null, 50, default)).Select(row => row.Thread).ToList();
        await store.ThreadLists.FindMessagesAsync(inbox.Id, threads, 20, default);
        await store.ThreadLists.CountAsync(inbox.Id, threads, default);
        await store.ThreadLists.FindEntriesAsync(inbox.Id, threads.Count > 0 ? threads[0] : ThreadId.New(), default);
    }

    async Task<AppendResult> AppendAsync(int folder, string fields)
    {
        await using var message = await ReceiveAsync(fields);
        return await store.Appends.AppendAsync(In(folder), [new(message, SystemFlags.None, KeywordSet.Empty, null)], default);
    }

    async Task ImportAsync(string field)
    {
        var messages = new List<IncomingMessage>();
        for (var i = 0; i < 20; i++)
        {
            messages.Add(await ReceiveAsync(field.Replace("{0}", $"{_messages}", StringComparison.Ordinal), field.Length > 0));
        }
        await store.Imports.ImportAsync(In(1), [.. messages.Select(message => new AppendItem(message, SystemFlags.None, KeywordSet.Empty, null))], default);
        foreach (var message in messages)
        {
            await message.DisposeAsync();
        }
    }

    public async Task SubmitAsync(string fields)
    {
        await using var message = await ReceiveAsync(fields);
        await store.Submissions.SubmitAsync(new(inbox, inbox.Address.ToString(), [Recipient, inbox.Address.ToString()], default, message), default);
    }

    Task<IncomingMessage> ReceiveAsync(string fields) => ReceiveAsync(fields, true);

    async Task<IncomingMessage> ReceiveAsync(string fields, bool isNamed)
    {
        var number = ++_messages;
        var name = isNamed && !fields.Contains("Message-ID", StringComparison.Ordinal) ? $"Message-ID: <{number}.{inbox.Id}@hot>\r\n" : "";
        var message = store.Appends.Receive();
        var text = $"From: {inbox.Address}\r\n{name}{fields}Subject: {number}\r\n\r\n{new string('x', number % 500)}\r\n";
        await message.WriteAsync(System.Text.Encoding.ASCII.GetBytes(text).AsMemory(), default);
        await message.CompleteAsync(default);
        return message;
    }

    static Uid[] Scattered(int count) => [.. Uids(1, count).Where(uid => count == 1 || uid.Value % 97 == 0)];

    static Uid[] Uids(int first, int count) => [.. Enumerable.Range(first, count).Select(number => new Uid((uint)number))];
}
