using AgentPost.Host.Api.Requests;
using AgentPost.Host.Json;
using AgentPost.Host.Settings;
using Microsoft.AspNetCore.Http.Features;

namespace AgentPost.Host.Api;

/// <summary>
/// Middleware around every API request: assigns a request id, checks the API key, its scopes and the inbox, runs the
/// handler, and turns exceptions into error bodies.
/// </summary>
sealed class ApiFrame(KeyGate gate, Options options, ILogger<ApiFrame> logger)
{
    const long SmallBody = 256 * 1024;
    const int LongestRequestId = 64;

    static readonly string[] Prefixes = ["/api/", "/v1/", "/ws/"];

    public static void Map(WebApplication app)
    {
        var frame = app.Services.GetRequiredService<ApiFrame>();
        app.Use(frame.EncloseAsync);
        foreach (var endpoint in EndpointTable.Rows)
        {
            app.MapMethods(endpoint.Path, [endpoint.Method], http => frame.RunAsync(http, endpoint));
        }
    }

    /// <summary>Wraps every request below the API prefixes, including paths that no row has.</summary>
    async Task EncloseAsync(HttpContext http, RequestDelegate next)
    {
        if (!Prefixes.Any(prefix => http.Request.Path.StartsWithSegments(prefix.TrimEnd('/'))))
        {
            await next(http);
            return;
        }
        http.TraceIdentifier = RequestId(http.Request.Headers["X-Request-Id"].ToString());
        http.Response.Headers["X-Request-Id"] = http.TraceIdentifier;
        try
        {
            await next(http);
            if (!http.Response.HasStarted && http.Response is { StatusCode: StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed, ContentType: null })
            {
                await RefuseAsync(http, Unrouted(http));
            }
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has closed the connection, so a response would be useless.
        }
        catch (Exception failure) when (ApiErrors.Of(failure) is { } error && !http.Response.HasStarted)
        {
            await RefuseAsync(http, error);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException && !http.Response.HasStarted)
        {
            Log.CallFailed(logger, http.Request.Method, http.Request.Path, http.TraceIdentifier, failure);
            await RefuseAsync(http, new(
                StatusCodes.Status500InternalServerError, "internal", "The server failed.", "Try again; tell who runs the server the request_id if it stays so."));
        }
    }

    async Task RunAsync(HttpContext http, ApiEndpoint endpoint)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = endpoint.CarriesMessage ? MessageBody(options.MessageSize) : SmallBody;
        }
        var call = await gate.AdmitAsync(http, endpoint, http.RequestAborted);
        if (http.Request.Query.Keys.FirstOrDefault(name => !endpoint.Query.Any(parameter => parameter.Name == name)) is { } unknown)
        {
            throw new ApiRefusedException(ApiError.Invalid(unknown, "this query parameter is not known here"));
        }
        var result = await endpoint.Handler(call, http.RequestAborted);
        await result.ExecuteAsync(http);
    }

    // Base64 adds a third, and JSON adds line breaks and escapes.
    static long? MessageBody(long messageSize) => messageSize > long.MaxValue / 2 ? null : messageSize + (messageSize / 2) + SmallBody;

    static ApiError Unrouted(HttpContext http) => http.Response.StatusCode is StatusCodes.Status405MethodNotAllowed
        ? new(StatusCodes.Status405MethodNotAllowed, "method_not_allowed", $"{http.Request.Method} is not for this path.", "See /openapi/v1.json for the operations.")
        : new(StatusCodes.Status404NotFound, "not_found", "There is no such path.", "See /openapi/v1.json for the operations.");

    static Task RefuseAsync(HttpContext http, ApiError error)
    {
        http.Response.StatusCode = error.Status;
        if (error.RetryAfter is { } wait)
        {
            http.Response.Headers.RetryAfter = ApiError.SecondsOf(wait);
        }
        if (error.Status is StatusCodes.Status401Unauthorized)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
        }
        var body = new ErrorBody(new(error.Code, error.Message, error.Fix, http.TraceIdentifier));
        return http.Response.WriteAsJsonAsync(body, ApiJson.TypeInfo<ErrorBody>(), contentType: null, http.RequestAborted);
    }

    // A caller can choose the request id, but only from characters that cannot forge a log line.
    static string RequestId(string given) =>
        given.Length is > 0 and <= LongestRequestId && given.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.')
            ? given
            : $"req_{Guid.CreateVersion7():N}";
}
