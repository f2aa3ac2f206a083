using AgentPost.Mime.Structure;

namespace AgentPost.Protocol.Imap.Fetch;

/// <summary>The partial of a FETCH item (RFC 9051 §6.4.5).</summary>
static class PartialRange
{
    /// <summary>
    /// Returns the requested range of a section: all of it without a partial, nothing if the partial starts beyond the
    /// end.
    /// </summary>
    public static OctetRange Part(this OctetRange section, OctetRange? partial)
    {
        if (partial is not { } wanted)
        {
            return section;
        }
        var offset = Math.Min(wanted.Offset, section.Octets);
        return new(section.Offset + offset, Math.Min(wanted.Octets, section.Octets - offset));
    }
}
