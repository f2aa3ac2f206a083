namespace AgentPost.Host.Cli;

/// <summary>Asks before a command deletes something that cannot be restored.</summary>
static class Confirmation
{
    /// <summary>
    /// Returns true if the user answers yes. Returns false without asking if standard input is not a terminal.
    /// </summary>
    public static bool Ask(string question)
    {
        if (Console.IsInputRedirected)
        {
            return false;
        }
        // Standard output is only for the result.
        Console.Error.Write($"{question} [y/N] ");
        return Console.ReadLine()?.Trim() is { Length: > 0 } answer
            && "yes".StartsWith(answer, StringComparison.OrdinalIgnoreCase);
    }
}
