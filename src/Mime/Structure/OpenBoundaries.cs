using AgentPost.Mime.Headers;

namespace AgentPost.Mime.Structure;

/// <summary>
/// Counts the hashes of the boundaries of open multiparts, so that nearly all lines that only look like delimiters are
/// rejected without a comparison with each boundary. If a sender chooses boundaries with equal hashes, each line costs
/// at most <see cref="MimeScanner.MaxDepth"/> comparisons.
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

    /// <summary>False if the text is certainly not one of the boundaries.</summary>
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
