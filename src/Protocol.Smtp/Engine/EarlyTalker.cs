using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Smtp.Engine;

/// <summary>Detects clients that send before the greeting. Mail servers wait for it (RFC 5321 §4.3.1).</summary>
static class EarlyTalker
{
    /// <summary>Waits for the greeting delay. Returns true if the client sent something in that time.</summary>
    public static async Task<bool> SpeaksAsync(SmtpContext context, CancellationToken cancellation)
    {
        var (input, delay) = (context.Connection.Input, context.Services.Options.Inbound.GreetingDelay);
        if (delay <= TimeSpan.Zero)
        {
            return false;
        }
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(delay);
        try
        {
            var read = await input.ReadAsync(limit.Token);
            input.AdvanceTo(read.Buffer.Start);
            return !read.Buffer.IsEmpty;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
