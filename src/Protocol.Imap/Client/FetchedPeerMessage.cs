namespace AgentPost.Protocol.Imap.Client;

/// <summary>A message that was fetched, beside its octets.</summary>
/// <param name="Octets">Null: it has vanished, nothing of it came.</param>
/// <param name="IsTooLong">It has more octets than were asked for: nothing of it was passed on.</param>
public sealed record FetchedPeerMessage(long? Octets, bool IsTooLong, DateTimeOffset? InternalAt, IReadOnlyList<string> Flags);
