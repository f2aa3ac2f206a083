namespace AgentPost.Protocol.Imap.Wire;

/// <summary>
/// Whether the numbers of a command are message numbers or UIDs: FETCH or UID FETCH, and so on (RFC 9051 §6.4.9).
/// </summary>
enum Numbering
{
    SequenceNumbers,
    Uids,
}
