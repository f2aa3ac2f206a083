using Microsoft.Extensions.Logging;

namespace AgentPost.Protocol.Tests.Transport;

/// <summary>A log that is looked into.</summary>
sealed class LoggedLines : ILogger
{
    public List<string> Written { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Written.Add(formatter(state, exception));
}
