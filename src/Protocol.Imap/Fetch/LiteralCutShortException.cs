namespace AgentPost.Protocol.Imap;

/// <summary>A message holds fewer octets than were promised to the client, or has vanished while it was being sent.</summary>
sealed class LiteralCutShortException(string message) : Exception(message);
