namespace AgentPost.Protocol.Imap.Grammar;

/// <summary>The octets are no command of the grammar; answered with BAD. The message says what was expected.</summary>
sealed class SyntaxException(string message) : Exception(message);
