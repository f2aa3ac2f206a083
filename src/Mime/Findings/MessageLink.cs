namespace AgentPost.Mime.Findings;

/// <summary>A link in a message.</summary>
/// <param name="Url">As the message has it: links of click trackers stay as they are.</param>
/// <param name="Text">What the reader sees in place of the address. Null if that is the address.</param>
/// <param name="IsMisleading">True if the text looks like an address in another domain than that of the link.</param>
public sealed record MessageLink(string Url, string? Text, bool IsMisleading);
