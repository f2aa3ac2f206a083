namespace AgentPost.Support.Transcripts;

/// <summary>The server, or the file, is not as the transcript says.</summary>
public sealed class TranscriptException(string message, Exception? inner = null) : Exception(message, inner);
