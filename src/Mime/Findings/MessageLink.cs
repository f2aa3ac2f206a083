namespace AgentPost.Mime.Findings;

/// <summary>A link in a message.</summary>
/// <param name="Url">As in the message; click-tracking links stay unchanged.</param>
/// <param name="Text">The visible text of the link. Null if it is the URL.</param>
/// <param name="IsMisleading">True if the text looks like a URL in another domain than the link's.</param>
public sealed record MessageLink(string Url, string? Text, bool IsMisleading);
