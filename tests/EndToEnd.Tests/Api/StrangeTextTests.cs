using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentPost.Host.Api;
using AgentPost.Host.Api.Requests;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Api;

/// <summary>Text that breaks programs, in every place of every row of the endpoint table that takes text: it is refused or taken, and is never a fault of the server.</summary>
sealed class StrangeTextTests : RunningApi
{
    const string Marker = "strange-text";

    // As they stand in JSON; not all of them are characters.
    static readonly string[] InJson =
    [
        @"\u0000", @"a\u0000b", @"\ud800", @"\r\nBcc: x@y.example", @"\u202e\ufeff", "", " ", @"'\"";--", "%", "*", @"\u007f", "ÿ", "\U0001F600", new('x', 100_000), "a@b", "@", "ß@ß",
    ];

    static readonly string[] InUrl =
    [
        "%00", "a%00b", "%ff%fe", "%ed%a0%80", "%0d%0a", "", "%20", "'\"", "%25", "*", "-1", "99999999999999999999", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59%2B14:00", "MQ",
        "bXNnXw", "////", new('x', 4000), "%F0%9F%98%80",
    ];

    [Test]
    public async Task In_bodies()
    {
        var calls = EndpointTable.Rows.Where(row => row.BodyExample is not null)
            .SelectMany(row => Places(JsonNode.Parse(row.BodyExample!)!).SelectMany(body => InJson.Select(text => (row, Body: body.Replace(Marker, text, StringComparison.Ordinal)))));

        await ForEachAsync(calls, async (row, body) => await Api.SendAsync(row.Method, PathOf(row, ProgramUnderTest.Inbox), body));
    }

    [Test]
    public async Task In_queries()
    {
        var calls = EndpointTable.Rows.SelectMany(row => row.Query.SelectMany(parameter => InUrl.Select(text => (row, Query: $"{parameter.Name}={text}"))));

        await ForEachAsync(calls, async (row, query) =>
            await Api.SendAsync(row.Method, $"{PathOf(row, ProgramUnderTest.Inbox)}?{query}{(row.Id == "waitForMessage" && !query.StartsWith("timeout", StringComparison.Ordinal) ? "&timeout=0" : "")}", row.BodyExample));
    }

    [Test]
    public async Task In_paths()
    {
        var calls = EndpointTable.Rows.Where(row => row.Path.Contains('{')).SelectMany(row => InUrl.Where(text => text.Length > 0).SelectMany(text =>
            new[] { (row, Path: PathOf(row, text)), (row, Path: PathOf(row, ProgramUnderTest.Inbox, text)) }));

        await ForEachAsync(calls, async (row, path) => await Api.SendAsync(row.Method, path, row.BodyExample));
    }

    [Test]
    public async Task In_headers()
    {
        var calls = EndpointTable.Rows.Where(row => row.IsIdempotent)
            .SelectMany(row => new[] { "\t", new string('x', 201), "a b", "\u0001" }.Select(text => (row, Key: text)));

        await ForEachAsync(calls, async (row, key) =>
            await Api.SendAsync(row.Method, PathOf(row, ProgramUnderTest.Inbox), row.BodyExample, ("Idempotency-Key", key), ("X-Request-Id", key)));
    }

    static async Task ForEachAsync(IEnumerable<(ApiEndpoint Row, string What)> calls, Func<ApiEndpoint, string, Task<ApiAnswer>> callAsync)
    {
        var wrong = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(calls, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (call, _) =>
        {
            var answer = await callAsync(call.Row, call.What);
            // A body of an error, or none where Kestrel itself refuses what is no HTTP.
            if (answer.Status >= 500 || (answer.Status >= 400 && answer.Octets.Length > 0 && answer.ErrorCode is null))
            {
                wrong.Add($"{answer.Status} {call.Row.Id} {call.What[..Math.Min(200, call.What.Length)]}");
            }
        });
        Assert.That(string.Join('\n', wrong), Is.Empty);
    }

    /// <summary>The body once for each text in it, with the marker in its place.</summary>
    static IEnumerable<string> Places(JsonNode body)
    {
        var count = Leaves(body).Count();
        for (var i = 0; i < count; i++)
        {
            var copy = body.DeepClone();
            Leaves(copy).ElementAt(i).ReplaceWith(Marker);
            yield return copy.ToJsonString();
        }
    }

    static IEnumerable<JsonNode> Leaves(JsonNode node) => node switch
    {
        JsonObject fields => fields.Select(field => field.Value).OfType<JsonNode>().SelectMany(Leaves),
        JsonArray items => items.OfType<JsonNode>().SelectMany(Leaves),
        _ => node.GetValueKind() == JsonValueKind.String ? [node] : [],
    };

    static string PathOf(ApiEndpoint row, string inbox, string other = "unknown") => string.Join('/', row.Path.Split('/').Select(part => part switch
    {
        "{inbox}" or "{surfaceId}" => inbox,
        ['{', ..] => other,
        _ => part,
    }));
}
