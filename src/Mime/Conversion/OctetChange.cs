namespace AgentPost.Mime.Conversion;

/// <summary>A range of a message that is to be replaced.</summary>
/// <param name="Text">The replacement. Null: the same bytes in base64.</param>
readonly record struct OctetChange(long From, long To, byte[]? Text);
