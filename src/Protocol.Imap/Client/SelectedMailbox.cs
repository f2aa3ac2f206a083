namespace AgentPost.Protocol.Imap.Client;

/// <summary>What a server says of a mailbox when it is opened.</summary>
/// <param name="UidNext">Zero when it does not say.</param>
public sealed record SelectedMailbox(uint UidValidity, uint UidNext, uint Messages);
