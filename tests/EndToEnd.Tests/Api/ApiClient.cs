using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Api;

/// <summary>Calls the HTTP API of a program with one key, or with none.</summary>
sealed class ApiClient : IDisposable
{
    static int _addresses;

    readonly HttpClient _http;
    readonly string? _key;

    public ApiClient(ProgramUnderTest program, string? key)
    {
        _key = key;
        _http = new(new SocketsHttpHandler { ConnectCallback = ConnectAsync }) { BaseAddress = new($"http://127.0.0.1:{program.HttpPort}"), Timeout = TimeSpan.FromSeconds(60) };
        Address = NextAddress();
    }

    /// <summary>What the program sees it come from: an address of its own, so that clients with wrong keys do not slow each other.</summary>
    public IPAddress Address { get; }

    public Task<ApiAnswer> GetAsync(string path) => SendAsync("GET", path);

    public Task<ApiAnswer> PostAsync(string path, object? body = null, params (string Name, string Value)[] headers) => SendAsync("POST", path, body, headers);

    public Task<ApiAnswer> PatchAsync(string path, object body) => SendAsync("PATCH", path, body);

    public Task<ApiAnswer> DeleteAsync(string path, object? body = null) => SendAsync("DELETE", path, body);

    /// <param name="body">A string is sent as it is, anything else as JSON.</param>
    public async Task<ApiAnswer> SendAsync(string method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new(method), path);
        if (_key is not null)
        {
            request.Headers.Authorization = new("Bearer", _key);
        }
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        if (body is not null)
        {
            request.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json"));
        }
        using var response = await _http.SendAsync(request);
        var octets = await response.Content.ReadAsByteArrayAsync();
        var names = response.Headers.Concat(response.Content.Headers).ToDictionary(pair => pair.Key, pair => string.Join(", ", pair.Value), StringComparer.OrdinalIgnoreCase);
        return new((int)response.StatusCode, names, octets);
    }

    public void Dispose() => _http.Dispose();

    async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // Only Linux has all of 127.0.0.0/8.
            if (OperatingSystem.IsLinux())
            {
                socket.Bind(new IPEndPoint(Address, 0));
            }
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    static IPAddress NextAddress()
    {
        var number = Interlocked.Increment(ref _addresses);
        return new([127, 1, (byte)(number >> 8), (byte)number]);
    }
}

/// <summary>What the API answered.</summary>
sealed record ApiAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Octets)
{
    public string Text => Encoding.UTF8.GetString(Octets);

    public JsonElement Json => JsonElement.Parse(Octets);

    public JsonElement this[string name] => Json.GetProperty(name);

    /// <summary>The code of an error body; null: there is none.</summary>
    public string? ErrorCode =>
        Status >= 400 && Octets.Length > 0 && Json.TryGetProperty("error", out var error) ? error.GetProperty("code").GetString() : null;

    public ApiAnswer EnsureOk()
    {
        Assert.That(Status, Is.InRange(200, 299), Text);
        return this;
    }

    public ApiAnswer EnsureError(int status, string code)
    {
        Assert.That((Status, ErrorCode), Is.EqualTo((status, code)), Text);
        return this;
    }
}
