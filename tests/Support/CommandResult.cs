using System.Diagnostics;

namespace AgentPost.Support;

/// <summary>How a process ended and what it wrote.</summary>
public sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>Waits for the end of a process whose outputs are redirected; kills one that takes longer than allowed.</summary>
    public static async Task<CommandResult> OfAsync(Process process, TimeSpan limit)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await WaitAsync(process, limit);
        return new(process.ExitCode, await output, await error);
    }

    /// <summary>Waits for the end of a process; kills one that takes longer than allowed.</summary>
    public static async Task WaitAsync(Process process, TimeSpan limit)
    {
        using var patience = new CancellationTokenSource(limit);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{process.StartInfo.FileName} did not end within {limit.TotalSeconds:0} s.");
        }
    }
}
