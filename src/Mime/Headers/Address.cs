namespace AgentPost.Mime.Headers;

/// <summary>
/// An address as ENVELOPE has it (RFC 9051 §7.5.2), quoting removed, encoded words left. A group begins with its name as mailbox and no host, and ends with nothing at
/// all; the host of any other address is not null.
/// </summary>
readonly record struct Address(byte[]? Name, byte[]? Route, byte[]? Mailbox, byte[]? Host)
{
    public static Address GroupStart(byte[] name) => new(null, null, name, null);

    public static Address GroupEnd => default;
}
