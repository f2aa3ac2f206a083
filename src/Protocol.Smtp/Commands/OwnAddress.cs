using AgentPost.Store;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>Whether an address is the inbox's own: its address in any case, or a plus-address of it.</summary>
static class OwnAddress
{
    public static bool Is(Inbox inbox, string address) => InboxAddress.TryParse(address, out var parsed, out _) && parsed == inbox.Address;
}
