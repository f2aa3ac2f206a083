namespace AgentPost.Host.Settings;

/// <summary>A setting is unknown or invalid. The message tells the operator which one and why.</summary>
sealed class SettingsException(string message) : Exception(message);
