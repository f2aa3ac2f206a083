using Dapper;

namespace AgentPost.Store;

/// <summary>Which recipients are inboxes here.</summary>
static class LocalRecipients
{
    /// <summary>Inboxes by the address as it was given.</summary>
    public static async Task<IReadOnlyDictionary<string, InboxId>> FindAsync(
        Database database, IReadOnlyList<string> recipients, CancellationToken cancellation)
    {
        var parsed = recipients
            .Select(text => (Text: text, Address: InboxAddress.TryParse(text, out var address, out _) ? address.Value : null))
            .Where(recipient => recipient.Address is not null)
            .ToArray();
        var inboxes = await database.ReadAsync(
            async (connection, token) => (await connection.QueryAsync<(string Address, Guid Id)>(new(
                "select address, inbox_id from inboxes where address = any(@addresses)",
                new { addresses = parsed.Select(recipient => recipient.Address).Distinct().ToArray() },
                cancellationToken: token))).ToDictionary(row => row.Address, row => new InboxId(row.Id)),
            cancellation);
        return parsed
            .Where(recipient => inboxes.ContainsKey(recipient.Address ?? ""))
            .DistinctBy(recipient => recipient.Text)
            .ToDictionary(recipient => recipient.Text, recipient => inboxes[recipient.Address ?? ""]);
    }
}
