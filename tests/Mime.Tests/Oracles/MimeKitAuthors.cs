using System.Text;
using MimeKit;

namespace AgentPost.Mime.Tests.Oracles;

/// <summary>The authors that MimeKit finds in a header, strict and lenient, in the fields as they are and after decoding.</summary>
static class MimeKitAuthors
{
    static readonly string[] FieldNames = ["From", "Sender", "Resent-From", "Resent-Sender"];

    static readonly ParserOptions[] Ways =
    [
        new() { AddressParserComplianceMode = RfcComplianceMode.Strict, AllowAddressesWithoutDomain = false },
        new() { AddressParserComplianceMode = RfcComplianceMode.Loose, AllowUnquotedCommasInAddresses = true },
        new() { AddressParserComplianceMode = RfcComplianceMode.Looser, AllowUnquotedCommasInAddresses = true },
    ];

    public static IReadOnlyList<string> Read(byte[] message)
    {
        var found = new HashSet<string>();
        foreach (var way in Ways)
        {
            if (Load(way, message) is not { } read)
            {
                continue;
            }
            found.UnionWith(new[] { read.From, read.ResentFrom }.SelectMany(list => list.Mailboxes).Append(read.Sender).Append(read.ResentSender).OfType<MimeKit.MailboxAddress>().Select(mailbox => mailbox.Address));
            foreach (var header in read.Headers.Where(header => FieldNames.Contains(header.Field, StringComparer.OrdinalIgnoreCase)))
            {
                found.UnionWith(Parse(way, header.RawValue).Concat(Parse(way, Encoding.UTF8.GetBytes(header.Value))));
            }
        }
        return [.. found.Where(address => address.Contains('@', StringComparison.Ordinal))];
    }

    static MimeMessage? Load(ParserOptions way, byte[] message)
    {
        try
        {
            return MimeMessage.Load(way, new MemoryStream(message));
        }
        catch (FormatException)
        {
            // A reader that fails sees no author.
            return null;
        }
    }

    static IEnumerable<string> Parse(ParserOptions way, byte[] value) =>
        InternetAddressList.TryParse(way, value, out var list) ? list.Mailboxes.Select(mailbox => mailbox.Address) : [];
}
