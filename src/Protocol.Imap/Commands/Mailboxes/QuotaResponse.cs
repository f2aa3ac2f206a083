using AgentPost.Protocol.Imap.Session;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Commands.Mailboxes;

/// <summary>
/// The QUOTA response (RFC 9208 §4.2.1). All mailboxes have one root, because the limits apply to the whole inbox.
/// </summary>
static class QuotaResponse
{
    public const string Root = "";

    const long Unit = 1024;

    // Usage and limit are rounded alike, so that usage within the limit never appears to exceed it.
    static readonly Resource[] Resources =
    [
        new("STORAGE", usage => Units(usage.Octets), capacity => Units(capacity.Octets)),
        new("MESSAGE", usage => usage.Messages, capacity => capacity.Messages),
    ];

    /// <summary>
    /// quota-response = "QUOTA" SP quota-root-name SP quota-list; quota-list = "(" quota-resource *(SP quota-resource)
    /// ")". Resources without a limit are omitted. At least one must have a limit, because Thunderbird and MailKit
    /// treat an empty list as a syntax error.
    /// </summary>
    public static async ValueTask WriteAsync(AuthenticatedContext context, CancellationToken cancellation)
    {
        var capacity = context.Store.Quotas.Capacity;
        var usage = await context.Store.Quotas.ReadUsageAsync(context.Inbox, cancellation);
        var writer = context.Writer.Untagged().Atom("QUOTA "u8).String(Root).Sp().Open();
        var isFirst = true;
        foreach (var (name, used, most) in Resources)
        {
            if (most(capacity) == long.MaxValue)
            {
                continue;
            }
            // quota-resource = resource-name SP resource-usage SP resource-limit
            (isFirst ? writer : writer.Sp()).Atom(name).Sp().Number(used(usage)).Sp().Number(most(capacity));
            isFirst = false;
        }
        writer.Close().CrLf();
    }

    static long Units(long octets) => octets == long.MaxValue ? octets : (octets + Unit - 1) / Unit;

    sealed record Resource(string Name, Func<InboxUsage, long> Used, Func<InboxCapacity, long> Most);
}
