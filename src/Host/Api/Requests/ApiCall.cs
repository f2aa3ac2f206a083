using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentPost.Host.Json;
using AgentPost.Host.Settings;
using AgentPost.Store;
using AgentPost.Store.Access;
using AgentPost.Store.Model;

namespace AgentPost.Host.Api.Requests;

/// <summary>One authorized API request, with its key and inbox.</summary>
sealed class ApiCall(HttpContext http, ApiKey key, Inbox? inbox)
{
    const int MostIdempotencyKey = 200;

    byte[] _bodySha256 = [];

    public HttpContext Http { get; } = http;

    public ApiKey Key { get; } = key;

    /// <summary>The inbox in the path. The key has access to it.</summary>
    public Inbox Inbox => inbox ?? throw new InvalidOperationException("The path of this endpoint names no inbox.");

    /// <summary>The body that <see cref="ReadWithFilesAsync"/> has read. Null before that.</summary>
    public SpooledBody? Body { get; private set; }

    public QueryValues Query => new(Http.Request.Query);

    public MailStore Store => Service<MailStore>();

    public Options Options => Service<Options>();

    public TimeProvider Time => Service<TimeProvider>();

    public T Service<T>()
        where T : notnull => Http.RequestServices.GetRequiredService<T>();

    /// <summary>Returns a path parameter by its name in the row.</summary>
    public string Route(string name) => Http.GetRouteValue(name) as string ?? "";

    /// <summary>The highest level of sending rules and pauses that the key can change.</summary>
    public PolicyLevel Level => Key.Inboxes is null ? PolicyLevel.Organization : PolicyLevel.Inbox;

    public bool May(string scope) => Key.Scopes.Contains(scope);

    /// <summary>True if the key has access to the inbox.</summary>
    public bool Opens(InboxId inbox) => Key.Inboxes is null || Key.Inboxes.Contains(inbox);

    /// <summary>Throws ApiRefusedException if the key does not have the scope.</summary>
    public void Require(string scope)
    {
        if (!May(scope))
        {
            throw new ApiRefusedException(ApiError.MissingScope(scope));
        }
    }

    /// <summary>Reads the body, which must be one JSON object without unknown fields.</summary>
    public async Task<T> ReadAsync<T>(CancellationToken cancellation)
        where T : class
    {
        RequireBody();
        using var hash = SHA256.Create();
        await using var body = new CryptoStream(Http.Request.Body, hash, CryptoStreamMode.Read, leaveOpen: true);
        var read = await JsonSerializer.DeserializeAsync(body, ApiJson.TypeInfo<T>(), cancellation);
        _bodySha256 = hash.Hash ?? [];
        return read ?? throw NotAnObject();
    }

    /// <summary>
    /// Same as <see cref="ReadAsync"/>, for a body with files. Their content is written to the spool, which is released
    /// when the response is complete.
    /// </summary>
    public async Task<T> ReadWithFilesAsync<T>(CancellationToken cancellation)
        where T : class
    {
        RequireBody();
        using var hash = SHA256.Create();
        await using var body = new CryptoStream(Http.Request.Body, hash, CryptoStreamMode.Read, leaveOpen: true);
        var others = Service<LargeBodies>();
        Body = await SpooledBody.ReceiveAsync(body, Store.Appends.CreateSpoolFile(), others, cancellation);
        Http.Response.RegisterForDisposeAsync(Body);
        if (Body.Remainder.Length > LargeBodies.MinSize)
        {
            Http.Response.RegisterForDispose(await others.ProcessAsync(cancellation));
        }
        _bodySha256 = hash.Hash ?? [];
        return JsonSerializer.Deserialize(Body.Remainder.Span, ApiJson.TypeInfo<T>()) ?? throw NotAnObject();
    }

    void RequireBody()
    {
        if (Http.Request.ContentLength is null or 0 && !Http.Request.Headers.ContainsKey("Transfer-Encoding"))
        {
            throw new ApiRefusedException(ApiError.Invalid("body", "this operation takes a JSON object"));
        }
    }

    static ApiRefusedException NotAnObject() => new(ApiError.Invalid("body", "this operation takes a JSON object, not null"));

    /// <summary>
    /// Fingerprint that distinguishes requests with the same idempotency key. It covers the method, the path and, once
    /// read, the body.
    /// </summary>
    public byte[] RequestSha256() => SHA256.HashData([.. Encoding.UTF8.GetBytes($"{Http.Request.Method} {Http.Request.Path}\n"), .. _bodySha256]);

    /// <summary>
    /// Returns the <c>Idempotency-Key</c> header field, or null if it is absent. Throws ApiRefusedException if it is
    /// invalid.
    /// </summary>
    public string? IdempotencyKey()
    {
        var given = Http.Request.Headers["Idempotency-Key"].ToString();
        if (given.Length == 0)
        {
            return null;
        }
        return given.Length <= MostIdempotencyKey && !given.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? given
            : throw new ApiRefusedException(ApiError.Invalid("Idempotency-Key", $"it has 1 to {MostIdempotencyKey} visible ASCII characters"));
    }
}
