namespace AgentPost.Host.Logging;

/// <summary>How log events are written.</summary>
enum LogFormat
{
    /// <summary>For people: time, level and message; an exception follows on its own lines.</summary>
    Text,

    /// <summary>For programs: one JSON object per line (compact log event format).</summary>
    Json,
}
