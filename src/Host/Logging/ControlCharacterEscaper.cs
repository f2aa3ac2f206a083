using System.Globalization;
using Serilog.Core;
using Serilog.Events;

namespace AgentPost.Host.Logging;

/// <summary>
/// Escapes control characters in logged values, so that a client can neither forge a log line nor send commands to the
/// terminal.
/// </summary>
sealed class ControlCharacterEscaper : ILogEventEnricher
{
    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        foreach (var (name, value) in logEvent.Properties.ToList())
        {
            if (value is ScalarValue { Value: string text } && text.Any(char.IsControl))
            {
                logEvent.AddOrUpdateProperty(new(name, new ScalarValue(Escape(text))));
            }
        }
    }

    static string Escape(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? Escape(letter) : $"{letter}"));

    static string Escape(char control) => @"\u" + ((int)control).ToString("x4", CultureInfo.InvariantCulture);
}
