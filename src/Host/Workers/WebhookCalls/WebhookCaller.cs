using System.Globalization;
using System.Net.Http.Headers;
using AgentPost.Host.Remote;
using AgentPost.Host.Settings;
using AgentPost.Store.Events;

namespace AgentPost.Host.Workers.WebhookCalls;

/// <summary>
/// Posts signed events to webhooks. Follows no redirects, uses no proxy, and reads only the status of a response.
/// </summary>
sealed class WebhookCaller : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    static readonly TimeSpan KeepConnections = TimeSpan.FromMinutes(2);

    readonly HttpMessageInvoker _http;
    readonly TimeProvider _time;

    public WebhookCaller(Options options, TimeProvider time)
    {
        _time = time;
        _http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            PooledConnectionLifetime = KeepConnections,
            ActivityHeadersPropagator = null,
            ConnectCallback = (context, cancellation) =>
                WebhookAddress.ConnectAsync(context.DnsEndPoint, PrivateAddresses.OfWebhooks(options), cancellation),
        });
    }

    /// <summary>Sends one request. Every failure is part of the returned attempt; throws only if canceled.</summary>
    /// <param name="secret">Null if it cannot be decrypted: nothing is sent without a signature.</param>
    public async Task<WebhookAttempt> CallAsync(
        string url, string? secret, WebhookPayload payload, CancellationToken cancellation)
    {
        var started = _time.GetTimestamp();
        var (status, error) = secret is null
            ? (null, "the secret cannot be decrypted: restore the server's secrets key, or create the webhook again")
            : await TryAsync(url, secret, payload, cancellation);
        return new(status, error, _time.GetElapsedTime(started));
    }

    public void Dispose() => _http.Dispose();

    async Task<(int? Status, string? Error)> TryAsync(
        string url, string secret, WebhookPayload payload, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);
        try
        {
            using var request = Request(url, secret, payload);
            using var response = await _http.SendAsync(request, limit.Token);
            var status = (int)response.StatusCode;
            return (status, response.IsSuccessStatusCode ? null : string.Create(CultureInfo.InvariantCulture, $"the answer was {status}"));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, $"no answer within {Limit.TotalSeconds:0} s");
        }
        // Every failure counts as a failed attempt, whatever the receiver sent and whatever the URL is.
        catch (Exception failure) when (failure is not (OperationCanceledException or OutOfMemoryException))
        {
            return (null, failure.InnerException?.Message ?? failure.Message);
        }
    }

    HttpRequestMessage Request(string url, string secret, WebhookPayload payload)
    {
        var timestamp = _time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(payload.Json) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var headers = request.Headers;
        headers.UserAgent.Add(new("AgentPost", null));
        headers.Add("webhook-id", payload.Id);
        headers.Add("webhook-timestamp", timestamp);
        headers.Add("webhook-signature", WebhookSignature.Sign(secret, payload.Id, timestamp, payload.Json));
        headers.Add("x-agentpost-timestamp", timestamp);
        headers.Add("x-agentpost-signature", WebhookSignature.SignHex(secret, timestamp, payload.Json));
        if (payload.Type is { } type)
        {
            headers.Add("x-agentpost-event", type);
        }
        if (payload.Delivery is { } delivery)
        {
            headers.Add("x-agentpost-delivery", delivery);
        }
        return request;
    }
}
