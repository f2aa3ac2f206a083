using AgentPost.Store;

namespace AgentPost.Host.Api;

/// <summary>Addresses that are an inbox's own: its address and its plus-addresses.</summary>
static class OwnAddress
{
    public static bool Is(Inbox inbox, string address) => InboxAddress.TryParse(address, out var parsed, out _) && parsed == inbox.Address;
}
