namespace AgentPost.Host.Api.Documents;

/// <summary>What tells of the API, open to all: it says nothing of what the server holds.</summary>
static class ApiDocuments
{
    static readonly Lazy<byte[]> OpenApi = new(() => OpenApiDocument.Render(EndpointTable.Rows));
    static readonly Lazy<byte[]> Guide = new(() => AgentGuide.Render(EndpointTable.Rows));

    public static void Map(WebApplication app)
    {
        app.MapGet("/openapi/v1.json", http => WriteAsync(http, OpenApi.Value, "application/json"));
        app.MapGet("/llms.txt", http => WriteAsync(http, Guide.Value, "text/plain; charset=utf-8"));
    }

    static Task WriteAsync(HttpContext http, byte[] octets, string contentType)
    {
        http.Response.ContentType = contentType;
        http.Response.ContentLength = octets.Length;
        return http.Response.Body.WriteAsync(octets, http.RequestAborted).AsTask();
    }
}
