using System.Buffers;
using System.Globalization;
using System.Text;
using AgentPost.Mime.Headers;
using AgentPost.Store.Addresses;

namespace AgentPost.Store.Spooling;

/// <summary>
/// The header fields that every message must have and that submission adds if they are missing (RFC 6409 §8): From,
/// Date, Message-ID.
/// </summary>
static class HeaderCompletion
{
    /// <summary>Returns the missing fields, to be prepended to the message; empty if none is missing.</summary>
    public static byte[] Missing(ReadOnlySpan<byte> header, InboxAddress sender, DateTimeOffset now)
    {
        var fields = new StringBuilder();
        if (!Has(header, "From"))
        {
            fields.Append(CultureInfo.InvariantCulture, $"From: {sender}\r\n");
        }
        if (!Has(header, "Date"))
        {
            fields.Append(CultureInfo.InvariantCulture, $"Date: {MailDate.Format(now.ToUniversalTime())}\r\n");
        }
        if (!Has(header, "Message-ID"))
        {
            fields.Append(CultureInfo.InvariantCulture, $"Message-ID: <{Guid.CreateVersion7():N}@{sender.Value[(sender.Value.IndexOf('@', StringComparison.Ordinal) + 1)..]}>\r\n");
        }
        return Encoding.UTF8.GetBytes(fields.ToString());
    }

    static bool Has(ReadOnlySpan<byte> header, string name)
    {
        var field = new ArrayBufferWriter<byte>();
        HeaderFields.Filter(header, [name], HeaderFilter.Only, field);
        return field.WrittenSpan.IndexOf((byte)':') >= 0;
    }
}
