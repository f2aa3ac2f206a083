using AgentPost.Store.Model;

namespace AgentPost.Store.Data;

/// <summary>
/// The place that a secret is encrypted for (<see cref="SecretBox"/>). These texts must never change.
/// </summary>
static class SecretPlace
{
    public static string OfDomainKey(string domain, string selector) => $"domain {domain} {selector}";

    public static string OfWebhook(WebhookId webhook) => $"webhook {webhook}";

    /// <param name="server"><c>imap</c> or <c>smtp</c>.</param>
    public static string OfRemoteAccount(InboxId inbox, string server) => $"surface {inbox} {server}";
}
