using AgentPost.Host.Settings;
using AgentPost.Store.Access;
using AgentPost.Store.Model;

namespace AgentPost.Host.Serving;

/// <summary>
/// Creates the inbox and the key that the settings name, if they do not exist yet. Any number of instances can do this
/// at the same time.
/// </summary>
static class Bootstrap
{
    const string KeyName = "bootstrap";

    public static async Task EnsureAsync(Accounts accounts, Options options, CancellationToken cancellation)
    {
        if (options.BootstrapInbox is { } address)
        {
            await UnlessAsync(Refusal.InboxExists, accounts.CreateInboxAsync(address, null, cancellation));
        }
        if (options.BootstrapKey is { } secret)
        {
            await UnlessAsync(Refusal.KeyExists, accounts.CreateKeyAsync(new(Scope.All, [], KeyName, ExpiresAt: null, secret), cancellation));
        }
    }

    static async Task UnlessAsync(Refusal refusal, Task creation)
    {
        try
        {
            await creation;
        }
        catch (StoreRefusedException refused) when (refused.Refusal == refusal)
        {
        }
    }
}
