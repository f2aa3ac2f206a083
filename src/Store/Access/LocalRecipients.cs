using AgentPost.Store.Addresses;
using AgentPost.Store.Data;
using AgentPost.Store.Model;
using Dapper;
using Npgsql;

namespace AgentPost.Store.Access;

/// <summary>
/// Finds which recipients are local: inboxes, and every other address in a domain that the server owns. Mail to a local
/// recipient is never sent to a remote server.
/// </summary>
/// <param name="operatorInbox">Receives submitted mail for role addresses that are not inboxes. Null: no inbox
/// does.</param>
sealed class LocalRecipients(Database database, OwnDomains domains, string? operatorInbox)
{
    /// <summary>Finds the local recipients, keyed by the address as given.</summary>
    public Task<IReadOnlyDictionary<string,
    LocalRecipient>> FindAsync(IReadOnlyList<string> recipients, CancellationToken cancellation) =>
        database.ReadAsync((connection, token) => FindAsync(connection, recipients, token), cancellation);

    /// <summary>Finds the recipients that are inboxes, keyed by the address as given.</summary>
    public async Task<IReadOnlyDictionary<string,
    LocalRecipient>> FindInboxesAsync(IReadOnlyList<string> recipients, CancellationToken cancellation) =>
        (await FindAsync(recipients, cancellation)).Where(recipient => recipient.Value.Exists).ToDictionary();

    /// <summary>True if the address is local and no inbox receives its mail.</summary>
    public async Task<bool> IsUnknownAsync(NpgsqlConnection connection, string recipient, CancellationToken cancellation) =>
        (await FindAsync(connection, [recipient], cancellation)).TryGetValue(recipient, out var local) && !local.Exists;

    async Task<IReadOnlyDictionary<string, LocalRecipient>> FindAsync(
        NpgsqlConnection connection, IReadOnlyList<string> recipients, CancellationToken cancellation)
    {
        var distinct = recipients.Distinct().ToList();
        var found = await FindByAddressAsync(
            connection, distinct.ToDictionary(text => text, text => text), cancellation);
        var others = distinct.Where(text => !found.ContainsKey(text)).ToList();
        if (others.Count == 0)
        {
            return found;
        }
        var own = await domains.FilterAsync(connection, [.. others.Select(DomainNames.Of).Distinct()], cancellation);
        var unknown = others.Where(text => own.Contains(DomainNames.Of(text))).ToList();
        var roles = await FindRolesAsync(connection, unknown, cancellation);
        foreach (var text in unknown)
        {
            found.Add(text, roles.GetValueOrDefault(text, LocalRecipient.Unknown));
        }
        return found;
    }

    async Task<Dictionary<string, LocalRecipient>> FindRolesAsync(
        NpgsqlConnection connection, List<string> recipients, CancellationToken cancellation)
    {
        var redirected = recipients
            .Select(
                text =>
                    (Text: text, Address: operatorInbox is null ? null : RoleAddresses.Redirect(text, operatorInbox)))
            .Where(recipient => recipient.Address is not null)
            .ToDictionary(recipient => recipient.Text, recipient => recipient.Address ?? "");
        return redirected.Count == 0 ? [] : await FindByAddressAsync(connection, redirected, cancellation);
    }

    /// <param name="recipients">The address to look up, keyed by the address as given.</param>
    static async Task<Dictionary<string, LocalRecipient>> FindByAddressAsync(
        NpgsqlConnection connection, Dictionary<string, string> recipients, CancellationToken cancellation)
    {
        var parsed = new List<(string Text, string[] Spellings, KeywordSet Tag)>();
        foreach (var (text, address) in recipients)
        {
            if (InboxAddress.TryParse(address, out var inbox, out var tag))
            {
                parsed.Add((text, inbox.Spellings, PlusTag.ToKeywords(tag)));
            }
        }
        var inboxes = (await connection.QueryAsync<(string Address, Guid Id)>(new(
            "select address, inbox_id from inboxes where address = any(@addresses)",
            new { addresses = parsed.SelectMany(recipient => recipient.Spellings).Distinct().ToArray() },
            cancellationToken: cancellation))).ToDictionary(row => row.Address, row => new InboxId(row.Id));
        return parsed
            .Select(recipient => (recipient.Text, recipient.Tag, Inbox: Array.Find(recipient.Spellings, inboxes.ContainsKey)))
            .Where(recipient => recipient.Inbox is not null)
            .ToDictionary(
                recipient => recipient.Text,
                recipient => new LocalRecipient(inboxes[recipient.Inbox ?? ""], recipient.Tag));
    }
}

/// <summary>A local recipient.</summary>
/// <param name="Keywords">Keywords of the plus tag.</param>
public readonly record struct LocalRecipient(InboxId Inbox, KeywordSet Keywords)
{
    /// <summary>A recipient in a local domain that no inbox receives mail for.</summary>
    public static LocalRecipient Unknown { get; } = new(default, KeywordSet.Empty);

    public bool Exists => Inbox != default;
}
