namespace AgentPost.Mime.Headers;

/// <summary>
/// An address in the form of ENVELOPE (RFC 9051 §7.5.2), without quoting, with encoded words not decoded. A group
/// starts with an address that has the group's name as mailbox and no host, and ends with an empty address. The host of
/// every other address is not null.
/// </summary>
readonly record struct Address(byte[]? Name, byte[]? Route, byte[]? Mailbox, byte[]? Host)
{
    public static Address GroupStart(byte[] name) => new(null, null, name, null);

    public static Address GroupEnd => default;
}
