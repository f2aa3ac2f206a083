namespace AgentPost.Protocol.Imap.Fetch;

/// <summary>A message has fewer bytes than were announced to the client, or vanished while it was being sent.</summary>
sealed class LiteralCutShortException(string message) : Exception(message);
