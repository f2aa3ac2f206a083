namespace AgentPost.Host.Settings;

/// <summary>A setting is unknown or wrong; the message is the sentence for the operator.</summary>
sealed class SettingsException(string message) : Exception(message);
