using System.Collections.Concurrent;
using AgentPost.Host.Api;
using AgentPost.Host.Api.Requests;
using AgentPost.Store.Model;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Api;

/// <summary>Every row of the endpoint table with every kind of key. A new endpoint is covered by being in the table. The rows run side by side: wrong keys wait.</summary>
sealed class AccessMatrixTests : RunningApi
{
    const int RowsAtOnce = 16;

    static readonly string[] Closed = ["missing_key", "wrong_key", "missing_scope", "inbox_not_found"];

    [Test]
    public Task Without_key_nothing_is_answered() => ForEachAsync(async row => await CallAsync(row, null) is { ErrorCode: "missing_key", Status: 401 });

    [Test]
    public Task A_wrong_key_is_refused() => ForEachAsync(async row => await CallAsync(row, "ap_sk_" + new string('x', 43)) is { ErrorCode: "wrong_key", Status: 401 });

    [TestCase("expires_at")]
    [TestCase("revoked_at")]
    public async Task A_key_that_has_ended_is_refused_as_a_wrong_one(string column)
    {
        var (id, secret) = await KeyAsync(Scope.All);
        await ExecuteAsync($"update keys set {column} = now() - interval '1 second' where key_id = $1", id.Value);

        await ForEachAsync(async row => await CallAsync(row, secret) is { ErrorCode: "wrong_key", Status: 401 });
    }

    [Test]
    public Task All_scopes_but_one_that_is_needed_do_not_do() => ForEachAsync(async row =>
    {
        if (row.Scope is null)
        {
            return await CallAsync(row, (await KeyAsync(Scope.All)).Secret) is { Status: < 400 };
        }
        var answers = await Task.WhenAll(row.Scopes.Select(async missing => await CallAsync(row, (await KeyAsync([.. Scope.All.Where(scope => scope != missing)])).Secret)));
        return answers.All(answer => answer is { ErrorCode: "missing_scope", Status: 403 });
    });

    [Test]
    public Task The_scopes_that_are_needed_do() => ForEachAsync(async row =>
    {
        var (_, secret) = await KeyAsync([.. row.Scopes.DefaultIfEmpty(Scope.WebhooksWrite)]);
        var answer = await CallAsync(row, secret);
        return answer.Status < 500 && !Closed.Contains(answer.ErrorCode);
    });

    [Test]
    public async Task A_key_for_another_inbox_sees_nothing_of_this_one()
    {
        var (_, secret) = await KeyAsync(Scope.All, await NewInboxAsync());

        await ForEachAsync(row => SeesNothingAsync(row, secret));
    }

    [Test]
    public async Task A_key_of_another_organization_sees_nothing_of_this_one()
    {
        var secret = await StrangerAsync();

        await ForEachAsync(row => SeesNothingAsync(row, secret));
    }

    [Test]
    public async Task Ids_of_what_belongs_to_others_are_unknown_to_a_key()
    {
        var inbox = await NewInboxAsync();
        await using var imap = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(CancellationToken.None));
        await imap.LogInAsync(inbox, Program.Key);
        var (key, _) = await KeyAsync([Scope.MessagesRead], inbox);
        var rule = (await Api.PostAsync("/api/v1/filter-rules", new { action = "block", value = "blocked.example", inbox })).EnsureOk()["id"].GetString();
        var session = (await Api.GetAsync("/api/v1/sessions")).EnsureOk()["data"].EnumerateArray().Last().GetProperty("id").GetString();
        var webhook = (await Api.PostAsync("/api/v1/webhooks", new { url = "https://hooks.example.com/", event_types = new[] { "message.bounced" }, inboxes = new[] { inbox } })).EnsureOk()["webhook"].GetProperty("id").GetString();
        var ids = new Dictionary<string, string> { ["{key}"] = key.ToString(), ["{rule}"] = rule!, ["{session}"] = session!, ["{webhook}"] = webhook!, ["{delivery}"] = "unknown" };
        var rows = EndpointTable.Rows.Where(row => !NamesInbox(row) && ids.Keys.Any(row.Path.Contains)).ToList();

        foreach (var secret in new[] { await StrangerAsync(), (await KeyAsync(Scope.All, await NewInboxAsync())).Secret })
        {
            using var client = new ApiClient(Program, secret);
            foreach (var row in rows)
            {
                var path = ids.Aggregate(row.Path, (made, id) => made.Replace(id.Key, id.Value, StringComparison.Ordinal));
                Assert.That((await client.SendAsync(row.Method, path, row.BodyExample)).Status, Is.EqualTo(404), $"{row.Method} {row.Path}");
            }
        }
        Assert.That(rows, Has.Count.GreaterThanOrEqualTo(4));
        Assert.That((await imap.CommandAsync("NOOP")).Status, Does.StartWith("OK"));
    }

    [Test]
    public async Task What_is_in_another_inbox_is_not_found_in_this_one()
    {
        var (here, there) = (await NewInboxAsync(), await NewInboxAsync());
        var draft = (await Api.PostAsync($"/api/v1/inboxes/{there}/drafts", new { subject = "elsewhere" })).EnsureOk();
        var message = draft["message"];
        var ids = new Dictionary<string, string?>
        {
            ["{inbox}"] = here,
            ["{message}"] = message.GetProperty("id").GetString(),
            ["{attachment}"] = "att_1",
            ["{thread}"] = message.GetProperty("thread_id").GetString(),
            ["{draft}"] = draft["id"].GetString(),
        };
        var rows = EndpointTable.Rows.Where(row => NamesInbox(row) && ids.Keys.Skip(1).Any(row.Path.Contains)).ToList();

        foreach (var row in rows)
        {
            var path = ids.Aggregate(row.Path, (made, id) => made.Replace(id.Key, id.Value, StringComparison.Ordinal));
            Assert.That((await Api.SendAsync(row.Method, path, row.BodyExample)).Status, Is.EqualTo(404), $"{row.Method} {row.Path}");
        }
        Assert.That(rows, Has.Count.GreaterThanOrEqualTo(15));
        Assert.That((await Api.GetAsync($"/api/v1/inboxes/{there}/drafts")).EnsureOk()["data"].GetArrayLength(), Is.EqualTo(1));
    }

    /// <summary>The secret of a key of another organization.</summary>
    async Task<string> StrangerAsync()
    {
        var (id, secret) = await KeyAsync(Scope.All);
        await ExecuteAsync("insert into organizations (organization_id, name) values ($1, $2)", id.Value, id.ToString());
        await ExecuteAsync("update keys set organization_id = key_id where key_id = $1", id.Value);
        return secret;
    }

    async Task<bool> SeesNothingAsync(ApiEndpoint row, string secret)
    {
        var inbox = await NewInboxAsync();
        var answer = await CallAsync(row, secret, inbox);
        var isShown = new[] { inbox, ProgramUnderTest.Inbox }.Any(address => answer.Text.Contains(address, StringComparison.Ordinal));
        return answer.Status < 500 && !isShown && (!NamesInbox(row) || answer is { ErrorCode: "inbox_not_found", Status: 404 });
    }

    async Task<ApiAnswer> CallAsync(ApiEndpoint row, string? secret, string? inbox = null)
    {
        using var client = new ApiClient(Program, secret);
        inbox ??= NamesInbox(row) ? await NewInboxAsync() : "";
        var path = string.Join('/', row.Path.Split('/').Select(part => part switch
        {
            "{inbox}" or "{surfaceId}" => inbox,
            ['{', ..] => "unknown",
            _ => part,
        }));
        // What waits for mail must not hold the test up.
        var query = row.Query.Any(parameter => parameter.Name == "timeout") ? "?timeout=0" : "";
        return await client.SendAsync(row.Method, path + query, row.BodyExample);
    }

    async Task<(KeyId Id, string Secret)> KeyAsync(IReadOnlyList<string> scopes, params string[] inboxes)
    {
        var made = (await Api.PostAsync("/api/v1/keys", new { scopes, inboxes })).EnsureOk();
        return KeyId.TryParse(made["key"].GetProperty("id").GetString(), out var id)
            ? (id, made["secret"].GetString() ?? "")
            : throw new InvalidOperationException($"No id of a key: {made.Text}");
    }

    static async Task ForEachAsync(Func<ApiEndpoint, Task<bool>> isRight)
    {
        var wrong = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(EndpointTable.Rows, new ParallelOptions { MaxDegreeOfParallelism = RowsAtOnce }, async (row, _) =>
        {
            if (!await isRight(row))
            {
                wrong.Add($"{row.Method} {row.Path}");
            }
        });
        Assert.That(wrong, Is.Empty);
    }

    static bool NamesInbox(ApiEndpoint row) => row.Path.Contains("{inbox}", StringComparison.Ordinal) || row.Path.Contains("{surfaceId}", StringComparison.Ordinal);
}
