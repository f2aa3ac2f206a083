using System.Text;

namespace AgentPost.Mime.Headers;

/// <summary>What the hosts that passed a message on wrote at its top (RFC 5321 §4.4).</summary>
public static class ReceivedFields
{
    /// <summary>When the last of them took it; null when none says so.</summary>
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
