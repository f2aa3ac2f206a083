namespace AgentPost.Mime.Composing;

/// <summary>
/// An entry of an address field (RFC 5322 §3.4): a <see cref="MailboxAddress"/> or a <see cref="GroupAddress"/>.
/// </summary>
public abstract record MessageAddress;

/// <summary>One mailbox.</summary>
/// <param name="AddrSpec">
/// <c>local@domain</c>: the local part with or without quotes, the domain in Unicode or in its ASCII form.
/// </param>
/// <param name="DisplayName">Any characters except line ends and NUL; null or empty if there is none.</param>
public sealed record MailboxAddress(string AddrSpec, string? DisplayName = null) : MessageAddress;

/// <summary>A named list of mailboxes, which may be empty (<c>undisclosed-recipients:;</c>).</summary>
public sealed record GroupAddress(string DisplayName, IReadOnlyList<MailboxAddress> Members) : MessageAddress;
