namespace AgentPost.Mime.Conversion;

/// <summary>What stands in a message from one offset up to another, and is to be replaced.</summary>
/// <param name="Text">What comes instead; null: the same octets in base64.</param>
readonly record struct OctetChange(long From, long To, byte[]? Text);
