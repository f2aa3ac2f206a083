using AgentPost.Mime.Headers;

namespace AgentPost.Mime.Structure;

/// <summary>Renders ENVELOPE (RFC 9051 §7.5.2).</summary>
static class Envelope
{
    /// <summary>The envelope of a message of which nothing is known.</summary>
    public static ReadOnlySpan<byte> Empty => "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)"u8;

    // envelope = "(" env-date SP env-subject SP env-from SP env-sender SP env-reply-to SP env-to SP env-cc SP env-bcc
    // SP env-in-reply-to SP env-message-id ")"
    public static byte[] Render(HeaderBlock header)
    {
        var writer = new ImapWriter();
        writer.Raw("("u8);
        Field(writer, header, "Date"u8).Raw(" "u8);
        Field(writer, header, "Subject"u8).Raw(" "u8);
        var from = AddressFields.First(header, "From"u8);
        Addresses(writer, from).Raw(" "u8);
        Addresses(writer, OrElse(AddressFields.First(header, "Sender"u8), from)).Raw(" "u8);
        Addresses(writer, OrElse(AddressFields.First(header, "Reply-To"u8), from)).Raw(" "u8);
        Addresses(writer, AddressFields.All(header, "To"u8)).Raw(" "u8);
        Addresses(writer, AddressFields.All(header, "Cc"u8)).Raw(" "u8);
        Addresses(writer, AddressFields.All(header, "Bcc"u8)).Raw(" "u8);
        Field(writer, header, "In-Reply-To"u8).Raw(" "u8);
        Field(writer, header, "Message-ID"u8).Raw(")"u8);
        return writer.ToArray();
    }

    // NIL if the field is absent, "" if it is empty.
    static ImapWriter Field(ImapWriter writer, HeaderBlock header, ReadOnlySpan<byte> name) =>
        header.Find(name, 0) is { } field ? writer.String(header.Text(field)) : writer.Raw("NIL"u8);

    static List<Address> OrElse(List<Address> addresses, List<Address> others) => addresses.Count > 0 ? addresses : others;

    // env-from = "(" 1*address ")" / nil
    static ImapWriter Addresses(ImapWriter writer, List<Address> addresses)
    {
        if (addresses.Count == 0)
        {
            return writer.Raw("NIL"u8);
        }
        writer.Raw("("u8);
        foreach (var address in addresses)
        {
            // address = "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")"
            writer.Raw("("u8).NString(address.Name).Raw(" "u8).NString(address.Route).Raw(" "u8);
            writer.NString(address.Mailbox).Raw(" "u8).NString(address.Host).Raw(")"u8);
        }
        return writer.Raw(")"u8);
    }
}
