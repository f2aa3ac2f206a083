using System.Globalization;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Compact;

namespace AgentPost.Host.Logging;

/// <summary>
/// Configures the log. It is written to standard error, because standard output is for the results of commands.
/// </summary>
static class Loggers
{
    const string TextTemplate = "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}";

    /// <summary>Logs text to a terminal, JSON to a file or a pipe.</summary>
    public static ILoggerFactory Create(LogLevel level) =>
        Create(level, Console.IsErrorRedirected ? LogFormat.Json : LogFormat.Text);

    internal static ILoggerFactory Create(LogLevel level, LogFormat format)
    {
        var configuration = new LoggerConfiguration()
            .MinimumLevel.Is(LevelConvert.ToSerilogLevel(level))
            .MinimumLevel.Override("Microsoft", Max(level, LogEventLevel.Warning));
        var logger = format is LogFormat.Json
            ? configuration.WriteTo.Console(new RenderedCompactJsonFormatter(), standardErrorFromLevel: LogEventLevel.Verbose)
            : configuration.Enrich.With<ControlCharacterEscaper>().WriteTo.Console(
                outputTemplate: TextTemplate,
                formatProvider: CultureInfo.InvariantCulture,
                standardErrorFromLevel: LogEventLevel.Verbose);
        return new SerilogLoggerFactory(logger.CreateLogger(), dispose: true);
    }

    static LogEventLevel Max(LogLevel level, LogEventLevel other) =>
        LevelConvert.ToSerilogLevel(level) > other ? LevelConvert.ToSerilogLevel(level) : other;
}
