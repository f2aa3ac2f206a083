namespace AgentPost.Mime;

/// <summary>What an address field lists (RFC 5322 §3.4): <see cref="MailboxAddress"/> or <see cref="GroupAddress"/>.</summary>
public abstract record MessageAddress;

/// <summary>One mailbox.</summary>
/// <param name="AddrSpec"><c>local@domain</c>, the local part without quoting, the domain in Unicode or as the DNS has it.</param>
/// <param name="DisplayName">Any characters but line ends and NUL; null or empty when there is none.</param>
public sealed record MailboxAddress(string AddrSpec, string? DisplayName = null) : MessageAddress;

/// <summary>A named list of mailboxes, which may be empty (<c>undisclosed-recipients:;</c>).</summary>
public sealed record GroupAddress(string DisplayName, IReadOnlyList<MailboxAddress> Members) : MessageAddress;
