using AgentPost.Store;

namespace AgentPost.Host.Serving;

/// <summary><c>/health/live</c>: the program runs. <c>/health/ready</c>: it can serve, that is, the database answers.</summary>
static class Health
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static void Map(WebApplication app, MailStore store)
    {
        app.MapGet("/health/live", context => AnswerAsync(context, StatusCodes.Status200OK, "live"));
        app.MapGet("/health/ready", context => ReadyAsync(context, store));
    }

    static async Task ReadyAsync(HttpContext context, MailStore store)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(Patience);
        try
        {
            await store.PingAsync(limit.Token);
        }
        catch (Exception failure) when (failure is StoreUnavailableException or OperationCanceledException)
        {
            await AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, "the database does not answer");
            return;
        }
        await AnswerAsync(context, StatusCodes.Status200OK, "ready");
    }

    static Task AnswerAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain";
        return context.Response.WriteAsync(text + "\n", context.RequestAborted);
    }
}
