using System.Globalization;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace AgentPost.Host.Logging;

/// <summary>The log goes to standard error: readable on a terminal, JSON lines elsewhere. Standard output is for answers to people and scripts.</summary>
static class Loggers
{
    const string Readable = "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}";

    public static ILoggerFactory Create(LogLevel level)
    {
        var configuration = new LoggerConfiguration()
            .MinimumLevel.Is(LevelConvert.ToSerilogLevel(level))
            .MinimumLevel.Override("Microsoft", Louder(level, LogEventLevel.Warning));
        var logger = Console.IsErrorRedirected
            ? configuration.WriteTo.Console(new JsonLineFormatter(), standardErrorFromLevel: LogEventLevel.Verbose)
            : configuration.WriteTo.Console(
                outputTemplate: Readable, formatProvider: CultureInfo.InvariantCulture, standardErrorFromLevel: LogEventLevel.Verbose);
        return new SerilogLoggerFactory(logger.CreateLogger(), dispose: true);
    }

    static LogEventLevel Louder(LogLevel level, LogEventLevel least) =>
        LevelConvert.ToSerilogLevel(level) > least ? LevelConvert.ToSerilogLevel(level) : least;
}
