using Spectre.Console;

namespace AgentPost.Host.MailFiles;

/// <summary>Reports the progress and the problems of long work while it runs.</summary>
sealed record WorkProgress(Action<double> Advance, Action<string> Tell)
{
    /// <summary>
    /// Runs work with a progress bar on standard error if that is a terminal; otherwise writes only problems there.
    /// Returns the result of the work. The bar redraws the lines around it, so the caller must print the result
    /// afterwards.
    /// </summary>
    public static async Task<T> RunAsync<T>(string title, double whole, Func<WorkProgress, Task<T>> work)
    {
        if (Console.IsErrorRedirected)
        {
            return await work(new(_ => { }, Console.Error.WriteLine));
        }
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var task = context.AddTask(Markup.Escape(title), maxValue: Math.Max(whole, 1));
                var result = await work(new(task.Increment, sentence => console.WriteLine(sentence)));
                task.Value = task.MaxValue;
                return result;
            });
    }
}
