namespace AgentPost.Mime.Headers;

/// <summary>Undoes quoted-pairs (RFC 5322 §3.2.1).</summary>
static class Unquoting
{
    public static ReadOnlySpan<byte> Unquote(ReadOnlySpan<byte> content)
    {
        if (!content.Contains((byte)'\\'))
        {
            return content;
        }
        var unquoted = new byte[content.Length];
        var count = 0;
        for (var i = 0; i < content.Length; i++)
        {
            if (content[i] == '\\' && i + 1 < content.Length)
            {
                i++;
            }
            unquoted[count++] = content[i];
        }
        return unquoted.AsSpan(0, count);
    }
}
