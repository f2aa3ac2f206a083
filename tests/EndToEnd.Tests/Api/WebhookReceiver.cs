using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Api;

/// <summary>Somebody's HTTP server that webhooks lead to. What it answers can be changed while it runs.</summary>
sealed class WebhookReceiver : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly HttpListener _listener = new();
    readonly ConcurrentQueue<ReceivedCall> _calls = [];
    readonly CancellationTokenSource _closing = new();
    readonly Task _loop;

    public WebhookReceiver()
    {
        Url = $"http://127.0.0.1:{LoopbackPorts.Next()}/";
        _listener.Prefixes.Add(Url);
        _listener.Start();
        _loop = RunAsync();
    }

    /// <summary>Its address, with a slash at the end.</summary>
    public string Url { get; }

    /// <summary>Status of its answers; 0: it never answers.</summary>
    public int Answer { get; set; } = 204;

    /// <summary>For redirections.</summary>
    public string? Location { get; set; }

    public IReadOnlyList<ReceivedCall> Calls => [.. _calls];

    /// <summary>The calls, as soon as there are so many.</summary>
    public async Task<IReadOnlyList<ReceivedCall>> WaitAsync(int count)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (_calls.Count < count)
        {
            await Task.Delay(10, limit.Token);
        }
        return Calls;
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Close();
        await _loop;
        _closing.Dispose();
    }

    async Task RunAsync()
    {
        var answers = new List<Task>();
        try
        {
            while (true)
            {
                answers.Add(AnswerAsync(await _listener.GetContextAsync()));
            }
        }
        catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            await Task.WhenAll(answers);
        }
    }

    async Task AnswerAsync(HttpListenerContext context)
    {
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        var headers = context.Request.Headers.AllKeys.OfType<string>().ToDictionary(name => name, name => context.Request.Headers[name] ?? "", StringComparer.OrdinalIgnoreCase);
        _calls.Enqueue(new(context.Request.Url?.AbsolutePath ?? "", headers, body.ToArray()));
        if (Answer == 0)
        {
            await Task.Delay(Timeout.Infinite, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }
        try
        {
            context.Response.StatusCode = Answer;
            context.Response.RedirectLocation = Location;
            context.Response.Close();
        }
        catch (Exception gone) when (gone is ObjectDisposedException or HttpListenerException)
        {
            // The receiver was closed over this call, or its caller has gone.
        }
    }
}

/// <summary>A call that a receiver got.</summary>
sealed record ReceivedCall(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public JsonElement Json => JsonElement.Parse(Body);

    public string? Type => Json.GetProperty("type").GetString();

    public string? Text(string name) => Json.GetProperty("data").GetProperty(name).ToString();
}
