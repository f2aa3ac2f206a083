using Spectre.Console;

namespace AgentPost.Host.Cli;

/// <summary>What long work tells while it runs: how much more is done, and what went wrong.</summary>
sealed record WorkProgress(Action<double> Advance, Action<string> Tell)
{
    /// <summary>Runs work with a bar on standard error when that is a terminal; elsewhere only what goes wrong is written there.</summary>
    public static async Task RunAsync(string title, double whole, Func<WorkProgress, Task> work)
    {
        if (Console.IsErrorRedirected)
        {
            await work(new(_ => { }, Console.Error.WriteLine));
            return;
        }
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        await console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var task = context.AddTask(Markup.Escape(title), maxValue: Math.Max(whole, 1));
                await work(new(task.Increment, sentence => console.WriteLine(sentence)));
                task.Value = task.MaxValue;
            });
    }
}
