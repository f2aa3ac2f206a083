using AgentPost.Mime.Headers;

namespace AgentPost.Mime.Structure;

/// <summary>
/// The boundaries of the multiparts that are open, as counts of their hashes: of lines that look like delimiters nearly all are told from one without comparing them
/// with each. Whoever sends boundaries of one hash gets the comparisons, of which there are at most <see cref="MimeScanner.MaxDepth"/>.
/// </summary>
sealed class OpenBoundaries
{
    const int Buckets = 1024;

    byte[] _counts = [];

    public int Count { get; private set; }

    public void Add(ReadOnlySpan<byte> boundary)
    {
        if (_counts.Length == 0)
        {
            _counts = new byte[Buckets];
        }
        _counts[Bucket(boundary)]++;
        Count++;
    }

    public void Remove(ReadOnlySpan<byte> boundary)
    {
        _counts[Bucket(boundary)]--;
        Count--;
    }

    /// <summary>False when the text is certainly none of them.</summary>
    public bool MayContain(ReadOnlySpan<byte> text) => Count > 0 && text.Length <= ContentType.MaxBoundaryOctets && _counts[Bucket(text)] > 0;

    // FNV-1a
    static int Bucket(ReadOnlySpan<byte> text)
    {
        var hash = 2166136261u;
        foreach (var octet in text)
        {
            hash = (hash ^ octet) * 16777619;
        }
        return (int)((hash ^ (hash >> 16)) % Buckets);
    }
}
