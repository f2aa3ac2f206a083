using AgentPost.Host.Settings;
using AgentPost.Store;
using AgentPost.Store.Access;

namespace AgentPost.Host.Cli;

/// <summary>Finds the inbox that a command line names.</summary>
static class Inboxes
{
    public static async Task<Inbox> FindInboxAsync(this MailStore store, string address, CancellationToken cancellation) =>
        await store.Accounts.FindInboxAsync(address, cancellation)
        ?? throw new CommandException($"There is no inbox {address}; 'agentpost inbox list' shows them, 'agentpost inbox create' makes one.");
}
