using AgentPost.Store.Addresses;
using AgentPost.Store.Data;
using AgentPost.Store.Model;
using AgentPost.Store.Writing;

namespace AgentPost.Store.Inbound;

/// <summary>The senders that an inbox has received mail from.</summary>
static class KnownSenders
{
    // RFC 5321 §4.5.3.1: mail cannot come from a longer address, so it is never recorded.
    const int LongestAddress = 320;

    /// <summary>
    /// Records a sender. Returns true if the inbox, which is locked, has never received mail from that address or sent
    /// mail to it.
    /// </summary>
    /// <param name="address">Null: the message has no author, and always counts as new.</param>
    public static async Task<bool> IsFirstAsync(WriteTransaction transaction, InboxId inbox, string? address, CancellationToken cancellation)
    {
        if (address is null || address.Length > LongestAddress)
        {
            return true;
        }
        await using var command = transaction.Connection.Command(
            """
            with noted as (
                insert into known_senders as known (inbox_id, address, first_at, last_at) values ($1, $2, $3, $3)
                on conflict (inbox_id, address) do update set last_at = $3 where known.last_at < $3 - interval '7 days'
                returning first_at)
            select exists (select from noted where first_at = $3) and not exists (select from known_recipients where inbox_id = $1 and address = $2)
            """,
            inbox.Value, AddressSpellings.Canonical(address), transaction.Now);
        return await command.ExecuteScalarAsync(cancellation) is true;
    }
}
