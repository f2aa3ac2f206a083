using AgentPost.Host.Api.Requests;

namespace AgentPost.Host.Api.Documents;

/// <summary>Public documents that describe the API. They contain nothing that the server stores.</summary>
static class ApiDocuments
{
    /// <param name="rows">The operations that the documents describe.</param>
    public static void Map(WebApplication app, IReadOnlyList<ApiEndpoint> rows)
    {
        var openApi = new Lazy<byte[]>(() => OpenApiDocument.Render(rows));
        var guide = new Lazy<byte[]>(() => AgentGuide.Render(rows));
        app.MapGet("/openapi/v1.json", http => WriteAsync(http, openApi.Value, "application/json"));
        app.MapGet("/llms.txt", http => WriteAsync(http, guide.Value, "text/plain; charset=utf-8"));
    }

    static Task WriteAsync(HttpContext http, byte[] octets, string contentType)
    {
        http.Response.ContentType = contentType;
        http.Response.ContentLength = octets.Length;
        return http.Response.Body.WriteAsync(octets, http.RequestAborted).AsTask();
    }
}
