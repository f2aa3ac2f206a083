using AgentPost.Host.Json;
using AgentPost.Host.Workers.Supervision;
using AgentPost.Store;
using AgentPost.Store.Model;

namespace AgentPost.Host.Serving;

/// <summary>
/// <c>/health/live</c>: the process runs. <c>/health/ready</c>: the server can serve requests, that is, the database
/// accepts changes. <c>/health</c>: the state of all parts, as JSON.
/// </summary>
sealed class Health(MailStore store, Supervisor supervisor)
{
    static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(2);

    // Some load balancers send HEAD; the server then omits the response body.
    static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void Map(WebApplication app, MailStore store, Supervisor supervisor)
    {
        var health = new Health(store, supervisor);
        app.MapMethods("/health", Methods, health.ReportAsync);
        app.MapMethods("/health/live", Methods, context => RespondAsync(context, StatusCodes.Status200OK, "live"));
        app.MapMethods("/health/ready", Methods, health.ReadyAsync);
    }

    async Task ReportAsync(HttpContext context)
    {
        var isReady = await IsReadyAsync(context);
        var problems = FindProblems(isReady);
        context.Response.StatusCode = isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        await context.Response.WriteAsJsonAsync(
            new HealthReport(isReady ? problems.Count == 0 ? "ok" : "degraded" : "unavailable", problems),
            ApiJson.Options,
            context.RequestAborted);
    }

    List<HealthProblem> FindProblems(bool isReady) =>
    [
        .. isReady ? Enumerable.Empty<HealthProblem>() : [new("database", "The database does not respond, or takes no changes.")],
        .. store.Disk.FindShortage() is { } shortage ? [new HealthProblem("disk", $"{shortage}.")] : Enumerable.Empty<HealthProblem>(),
        .. supervisor.FindFailing().Select(worker => new HealthProblem(
            $"worker {worker}",
            $"It has failed for more than {Supervisor.DegradedAfter.TotalMinutes:0} minutes and is being retried. See the log.")),
    ];

    async Task ReadyAsync(HttpContext context)
    {
        var isReady = await IsReadyAsync(context);
        await (isReady
            ? RespondAsync(context, StatusCodes.Status200OK, "ready")
            : RespondAsync(context, StatusCodes.Status503ServiceUnavailable, "the database does not answer, or takes no changes"));
    }

    async Task<bool> IsReadyAsync(HttpContext context)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(MaxWait);
        try
        {
            await store.PingAsync(limit.Token);
            return true;
        }
        catch (Exception failure) when (failure is StoreUnavailableException or OperationCanceledException)
        {
            return false;
        }
    }

    static Task RespondAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain";
        return context.Response.WriteAsync(text + "\n", context.RequestAborted);
    }

    sealed record HealthReport(string Status, IReadOnlyList<HealthProblem> Problems);

    sealed record HealthProblem(string Part, string Message);
}
