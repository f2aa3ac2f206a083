namespace AgentPost.Protocol.Imap.Wire;

/// <summary>There is nobody to answer any more; ends the session without a word.</summary>
sealed class ClientGoneException(Exception? inner = null) : Exception("The client is gone", inner);
