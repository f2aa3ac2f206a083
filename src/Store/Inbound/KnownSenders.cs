using AgentPost.Store.Addresses;
using AgentPost.Store.Data;
using AgentPost.Store.Model;
using AgentPost.Store.Writing;

namespace AgentPost.Store.Inbound;

/// <summary>Whose mail an inbox has had.</summary>
static class KnownSenders
{
    // RFC 5321 §4.5.3.1: a longer one is no address that mail could come from; it is never known.
    const int LongestAddress = 320;

    /// <summary>Notes a sender. True: the inbox has never had mail from there, nor written there; it is locked.</summary>
    /// <param name="address">Null: the message names no sender, which is always somebody new.</param>
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
