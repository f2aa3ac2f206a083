namespace AgentPost.Protocol.Imap.Wire;

/// <summary>Extensions that the client has enabled (RFC 5161), with ENABLE or with a command that implies it.</summary>
[Flags]
enum EnabledExtensions
{
    None = 0,

    /// <summary>UTF8=ACCEPT (RFC 9755): mailbox names and quoted strings are UTF-8.</summary>
    Utf8Accept = 1,
    Imap4Rev2 = 2,
    CondStore = 4,
    QResync = 8,

    /// <summary>UIDONLY (RFC 9586): message numbers are neither sent nor accepted.</summary>
    UidOnly = 16,
}
