namespace AgentPost.Protocol.Imap.Fetch;

/// <summary>A message holds fewer octets than were promised to the client, or has vanished while it was being sent.</summary>
sealed class LiteralCutShortException(string message) : Exception(message);
