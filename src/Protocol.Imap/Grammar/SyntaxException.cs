namespace AgentPost.Protocol.Imap.Grammar;

/// <summary>The input is not a valid command. The response is BAD; the message names the expected production.</summary>
sealed class SyntaxException(string message) : Exception(message);
