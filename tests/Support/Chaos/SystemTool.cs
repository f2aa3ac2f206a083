using AgentPost.Store.Embedded;

namespace AgentPost.Support.Chaos;

/// <summary>Runs a program of the system that must succeed.</summary>
static class SystemTool
{
    public static async Task RunAsync(params IReadOnlyList<string> command)
    {
        var (exitCode, output) = await Tool.RunAsync(command, CancellationToken.None);
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {exitCode}: {output}");
        }
    }
}
