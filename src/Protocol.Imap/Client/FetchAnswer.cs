using System.Globalization;
using System.Text;

namespace AgentPost.Protocol.Imap.Client;

/// <summary>Gathers what a server answers to the FETCH of one message; FETCH responses for others, which it may send at any time, are none of it.</summary>
sealed class FetchAnswer(uint uid, MessageSink sink)
{
    DateTimeOffset? _internalAt;
    IReadOnlyList<string> _flags = [];
    byte[]? _octets;

    public void Take(PeerResponse response)
    {
        if (!response.Is("FETCH"))
        {
            return;
        }
        // msg-att = "(" name SP value *(SP name SP value) ")"
        var from = response.Text.Length - response.Behind("FETCH").Length;
        var items = PeerValue.ReadAll(response, from) is [{ Items: { } list }] ? list : [];
        var isOurs = Find(items, "UID")?.Text == uid.ToString(CultureInfo.InvariantCulture);
        if (Find(items, "BODY[]") is not { } body)
        {
            return;
        }
        if (!isOurs)
        {
            throw new ImapPeerException(ImapFault.Nonsense, "The server sends another message than was asked for");
        }
        // A short message may come as a string; a literal went to the sink.
        _octets = body.Text is { } text ? Encoding.Latin1.GetBytes(text) : null;
        _flags = Find(items, "FLAGS")?.Items is { } flags ? [.. flags.Select(flag => flag.Text).OfType<string>()] : [];
        _internalAt = ReadDate(Find(items, "INTERNALDATE")?.Text);
    }

    public async ValueTask<FetchedPeerMessage> CompleteAsync(CancellationToken cancellation)
    {
        if (_octets is not null)
        {
            sink.Begin(_octets.Length);
            await sink.WriteAsync(_octets, cancellation);
        }
        return new(sink.Octets, sink.IsTooLong, _internalAt, _flags);
    }

    static PeerValue? Find(IReadOnlyList<PeerValue> items, string name)
    {
        for (var i = 0; i + 1 < items.Count; i += 2)
        {
            if (name.Equals(items[i].Text, StringComparison.OrdinalIgnoreCase))
            {
                return items[i + 1];
            }
        }
        return null;
    }

    // date-time = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE
    static DateTimeOffset? ReadDate(string? text) =>
        DateTimeOffset.TryParseExact(text?.Trim(), "d-MMM-yyyy HH:mm:ss zzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) ? at : null;
}
