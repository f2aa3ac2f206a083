namespace AgentPost.Host.Logging;

/// <summary>Formats of the log.</summary>
enum LogFormat
{
    /// <summary>For people: time, level and message; an exception follows on separate lines.</summary>
    Text,

    /// <summary>For programs: one JSON object per line (compact log event format).</summary>
    Json,
}
