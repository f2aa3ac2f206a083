using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using AgentPost.Host.Remote;
using AgentPost.Host.Settings;
using AgentPost.Store;

namespace AgentPost.Host.Workers.Webhooks;

/// <summary>Posts events to webhooks, signed. Follows no redirects, sends nothing by a proxy, and reads nothing of an answer but its status.</summary>
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

    /// <summary>Never fails but by its cancellation: what goes wrong is told in the attempt.</summary>
    /// <param name="secret">Null if it cannot be decrypted: nothing is sent without a signature.</param>
    /// <param name="delivery">Names it to the receiver; null: a test.</param>
    public async Task<WebhookAttempt> CallAsync(string url, string? secret, string type, string? delivery, byte[] body, CancellationToken cancellation)
    {
        var startedAt = _time.GetUtcNow();
        var started = _time.GetTimestamp();
        var (status, error) = secret is null
            ? (null, "the secret cannot be decrypted: restore the server's secrets key, or create the webhook again")
            : await TryAsync(url, secret, type, delivery, body, cancellation);
        return new(status, error, startedAt, _time.GetElapsedTime(started));
    }

    public void Dispose() => _http.Dispose();

    /// <summary>HMAC-SHA256 by the secret of <c>timestamp.body</c>, in hexadecimal.</summary>
    public static string Sign(string secret, string timestamp, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hash.AppendData(Encoding.UTF8.GetBytes(timestamp + "."));
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    async Task<(int? Status, string? Error)> TryAsync(string url, string secret, string type, string? delivery, byte[] body, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);
        try
        {
            using var request = Request(url, secret, type, delivery, body);
            using var response = await _http.SendAsync(request, limit.Token);
            var status = (int)response.StatusCode;
            return (status, response.IsSuccessStatusCode ? null : string.Create(CultureInfo.InvariantCulture, $"the answer was {status}"));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, $"no answer within {Limit.TotalSeconds:0} s");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or System.Net.Sockets.SocketException)
        {
            return (null, failure.InnerException?.Message ?? failure.Message);
        }
    }

    HttpRequestMessage Request(string url, string secret, string type, string? delivery, byte[] body)
    {
        var timestamp = _time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.Add(new("AgentPost", null));
        request.Headers.Add("x-agentpost-timestamp", timestamp);
        request.Headers.Add("x-agentpost-signature", Sign(secret, timestamp, body));
        request.Headers.Add("x-agentpost-event", type);
        if (delivery is not null)
        {
            request.Headers.Add("x-agentpost-delivery", delivery);
        }
        return request;
    }
}
