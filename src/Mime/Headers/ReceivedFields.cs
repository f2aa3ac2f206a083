using System.Text;

namespace AgentPost.Mime.Headers;

/// <summary>Reads the trace fields that servers prepended to a message (RFC 5321 §4.4).</summary>
public static class ReceivedFields
{
    /// <summary>
    /// Returns when the last server received the message; null if there is no field or its date is invalid.
    /// </summary>
    public static DateTimeOffset? LastAt(ReadOnlySpan<byte> header)
    {
        var fields = new HeaderFieldReader(header);
        while (fields.Read())
        {
            if (Ascii.EqualsIgnoreCase(fields.Name, "Received"))
            {
                // Time-stamp-line = "Received:" FWS Stamp ";" FWS date-time
                var text = Unfolding.Unfold(fields.Value);
                return text.LastIndexOf((byte)';') is >= 0 and var at ? MailDate.Parse(text[(at + 1)..]) : null;
            }
        }
        return null;
    }
}
