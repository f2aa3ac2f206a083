namespace AgentPost.Host.Settings;

/// <summary>A command failed. The message tells the user what happened and what to do.</summary>
sealed class CommandException(string message, Exception? inner = null) : Exception(message, inner);
