namespace AgentPost.Host.Settings;

/// <summary>A command failed; the message is the sentence for the user that says what to do.</summary>
sealed class CommandException(string message, Exception? inner = null) : Exception(message, inner);
