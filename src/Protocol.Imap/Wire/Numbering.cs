namespace AgentPost.Protocol.Imap.Wire;

/// <summary>What the numbers of a command are: FETCH and UID FETCH, and so on (RFC 9051 §6.4.9).</summary>
enum Numbering
{
    SequenceNumbers,
    Uids,
}
