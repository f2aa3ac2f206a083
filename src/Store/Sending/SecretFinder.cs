using AgentPost.Mime.Structure;

namespace AgentPost.Store.Sending;

/// <summary>
/// Collects candidates for the secret of a key in a text: as plain text, with up to three layers of escapes
/// (quoted-printable, HTML, percent, backslash), with spaces, punctuation or HTML tags in between, and in base64, also
/// nested. Accepts pieces of any size; the result does not depend on how the text is split. Not thread-safe.
/// </summary>
sealed class SecretFinder : IDecodedContent
{
    public const int MaxDepth = 3;

    readonly EscapeDecoder _first;

    /// <param name="maxDepth">Number of base64 layers that are decoded and searched in the same way.</param>
    public SecretFinder(HashSet<string> found, int maxDepth)
    {
        var readings = new List<IDecodedContent>
        {
            new SecretRuns(found),
            new SecretMatcher(found),
            new TagRemover(new SecretMatcher(found)),
        };
        if (maxDepth > 0)
        {
            readings.Add(new Base64Runs(() => new SecretFinder(found, maxDepth - 1)));
        }
        _first = new EscapeDecoder(new EscapeDecoder(new EscapeDecoder(new Readings([.. readings]))));
    }

    public void Write(ReadOnlySpan<byte> bytes) => _first.Write(bytes);

    public void End() => _first.End();

    sealed class Readings(IDecodedContent[] readings) : IDecodedContent
    {
        public void Write(ReadOnlySpan<byte> bytes)
        {
            foreach (var reading in readings)
            {
                reading.Write(bytes);
            }
        }

        public void End()
        {
            foreach (var reading in readings)
            {
                reading.End();
            }
        }
    }
}
