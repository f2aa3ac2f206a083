using System.Text;
using AgentPost.Mime.Characters;

namespace AgentPost.Mime.Headers;

/// <summary>The address fields of a header.</summary>
static class AddressFields
{
    /// <summary>Returns the addresses of the first field with this name.</summary>
    public static List<Address> First(HeaderBlock header, ReadOnlySpan<byte> name)
    {
        var addresses = new List<Address>();
        AddressParser.Parse(header.Text(name), addresses);
        return addresses;
    }

    /// <summary>
    /// Returns the addresses of all fields with this name: repeated destination fields count as one (RFC 5322 §4.5.3).
    /// </summary>
    public static List<Address> All(HeaderBlock header, ReadOnlySpan<byte> name)
    {
        var addresses = new List<Address>();
        for (var field = header.Find(name, 0); field is { } found; field = header.Find(name, found + 1))
        {
            AddressParser.Parse(header.Text(found), addresses);
        }
        return addresses;
    }

    /// <summary>
    /// Returns names and addresses as people read and type them. A local part that must be quoted appears with and
    /// without quotes.
    /// </summary>
    public static string Text(List<Address> addresses)
    {
        var text = new StringBuilder();
        foreach (var address in addresses)
        {
            if (address.Mailbox is null)
            {
                continue;
            }
            text.Append(text.Length > 0 ? ", " : "");
            if (address.Name is { } name)
            {
                text.Append(EncodedWords.Decode(name)).Append(' ');
            }
            AppendMailbox(text, address);
        }
        return text.ToString();
    }

    static void AppendMailbox(StringBuilder text, Address address)
    {
        var mailbox = EncodedWords.Decode(address.Mailbox);
        if (address.Host is not { Length: > 0 } host)
        {
            text.Append(mailbox);
            return;
        }
        var domain = Charsets.Decode(null, host);
        var (addrSpec, quoted) = ($"{mailbox}@{domain}", $"{LocalPart.Write(mailbox)}@{domain}");
        text.Append(address.Name is null ? addrSpec : $"<{addrSpec}>");
        text.Append(addrSpec == quoted ? "" : $" <{quoted}>");
    }
}
