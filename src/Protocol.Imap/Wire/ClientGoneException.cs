namespace AgentPost.Protocol.Imap.Wire;

/// <summary>The client is gone, so no response can be sent. Ends the session silently.</summary>
sealed class ClientGoneException(Exception? inner = null) : Exception("The client is gone", inner);
