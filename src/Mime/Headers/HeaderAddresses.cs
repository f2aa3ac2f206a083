using AgentPost.Mime.Characters;

namespace AgentPost.Mime.Headers;

/// <summary>The addresses that a header names.</summary>
public static class HeaderAddresses
{
    /// <summary>
    /// Returns the addresses of all fields with this name as <c>local@domain</c>, with the local part as
    /// <see cref="LocalPart"/> writes it and encoded words not decoded. Entries without a domain (groups, words that
    /// are not addresses) are omitted.
    /// </summary>
    public static IReadOnlyList<string> Of(ReadOnlySpan<byte> header, ReadOnlySpan<byte> fieldName)
    {
        var block = new HeaderBlock();
        block.Append(header);
        block.Parse();
        var addresses = new List<string>();
        foreach (var address in AddressFields.All(block, fieldName))
        {
            if (address is { Mailbox: { Length: > 0 } mailbox, Host: { Length: > 0 } host })
            {
                addresses.Add($"{LocalPart.Write(Charsets.Decode(null, mailbox))}@{Charsets.Decode(null, host)}");
            }
        }
        return addresses;
    }
}
