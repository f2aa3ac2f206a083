using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace AgentPost.Protocol.Dns;

/// <summary>
/// Parses a message from a server (RFC 1035 §4.1). The message is untrusted: every length is checked, compressed names
/// may only point backwards, so that parsing ends, and nothing throws.
/// </summary>
ref struct DnsMessageReader
{
    const int NameLimit = 255;
    const int PointerLimit = 127;
    const int InternetClass = 1;
    const int StartOfAuthorityType = 6;
    const int PointerMask = 0xC0;
    const int ResponseFlag = 0x8000;
    const int OperationMask = 0x7800;
    const int TruncatedFlag = 0x0200;

    static readonly TimeSpan LongestTimeToLive = TimeSpan.FromDays(1);

    readonly ReadOnlySpan<byte> _message;
    int _at;
    bool _isBroken;

    DnsMessageReader(ReadOnlySpan<byte> message) => _message = message;

    /// <summary>Parses a message. Returns null if it is not a valid response.</summary>
    public static DnsMessage? Read(ReadOnlySpan<byte> message)
    {
        var reader = new DnsMessageReader(message);
        var read = reader.ReadMessage();
        return reader._isBroken ? null : read;
    }

    DnsMessage? ReadMessage()
    {
        var id = TakeNumber();
        var flags = TakeNumber();
        var (questions, answers, authorities, _) = (TakeNumber(), TakeNumber(), TakeNumber(), TakeNumber());
        if (_isBroken || (flags & ResponseFlag) == 0 || (flags & OperationMask) != 0 || questions != 1)
        {
            return null;
        }
        var question = new DnsQuestion(TakeName().ToLowerInvariant(), (DnsType)TakeNumber());
        var isInternet = TakeNumber() == InternetClass;
        var isTruncated = (flags & TruncatedFlag) != 0;
        if (isTruncated || !isInternet)
        {
            // A truncated message may end anywhere, so its records are not read.
            return isInternet ? new((ushort)id, question, isTruncated, flags & 15, [], null) : null;
        }
        var records = new List<DnsRecord>();
        for (var left = answers; left > 0 && !_isBroken; left--)
        {
            ReadAnswer(records);
        }
        return new((ushort)id, question, isTruncated, flags & 15, records, ReadNegativeTimeToLive(authorities));
    }

    void ReadAnswer(List<DnsRecord> records)
    {
        var (owner, type, timeToLive, end) = TakeRecordHead();
        DnsRecord? record = (DnsType)type switch
        {
            DnsType.A when end - _at == 4 => new AddressRecord(owner, timeToLive, new IPAddress(Take(4))),
            DnsType.Aaaa when end - _at == 16 => new AddressRecord(owner, timeToLive, new IPAddress(Take(16))),
            DnsType.Cname => new AliasRecord(owner, timeToLive, TakeName()),
            DnsType.ReverseName => new PointerRecord(owner, timeToLive, TakeName()),
            DnsType.Mx => new ExchangeRecord(owner, timeToLive, TakeNumber(), TakeName()),
            DnsType.Srv => new ServiceRecord(owner, timeToLive, TakeNumber(), TakeNumber(), TakeNumber(), TakeName()),
            DnsType.Txt => new TextRecord(owner, timeToLive, TakeText(end)),
            _ => null,
        };
        if (record is null)
        {
            _at = end;
        }
        else
        {
            records.Add(record);
            _isBroken |= _at != end;
        }
    }

    // SOA: names of server and mailbox, then serial, refresh, retry, expire, minimum. The smaller of the record's TTL
    // and the minimum applies.
    TimeSpan? ReadNegativeTimeToLive(int authorities)
    {
        for (var left = authorities; left > 0 && !_isBroken; left--)
        {
            var (_, type, timeToLive, end) = TakeRecordHead();
            if (type == StartOfAuthorityType && end - _at >= 20)
            {
                _at = end - 4;
                var minimum = TakeTime();
                return minimum < timeToLive ? minimum : timeToLive;
            }
            _at = end;
        }
        return null;
    }

    // NAME TYPE CLASS TTL RDLENGTH
    (string Owner, int Type, TimeSpan TimeToLive, int End) TakeRecordHead()
    {
        var owner = TakeName();
        var type = TakeNumber();
        var isInternet = TakeNumber() == InternetClass;
        var timeToLive = TakeTime();
        var end = TakeNumber() + _at;
        _isBroken |= end > _message.Length;
        return (owner, isInternet ? type : 0, timeToLive, _isBroken ? _at : end);
    }

    TimeSpan TakeTime()
    {
        // RFC 2181 §8: a TTL with the top bit set counts as zero.
        var seconds = Take(4) is { Length: 4 } octets ? BinaryPrimitives.ReadInt32BigEndian(octets) : 0;
        var time = TimeSpan.FromSeconds(Math.Max(seconds, 0));
        return time > LongestTimeToLive ? LongestTimeToLive : time;
    }

    // *( length string ) up to the end of the record
    string TakeText(int end)
    {
        var text = new StringBuilder();
        while (_at < end && !_isBroken)
        {
            var length = Take(1) is [var octet] ? octet : 0;
            text.Append(Encoding.Latin1.GetString(Take(length)));
        }
        return text.ToString();
    }

    // *( length label ) ( 0 / pointer )
    string TakeName()
    {
        var name = new StringBuilder();
        int? after = null;
        var (lowest, pointers) = (_at, 0);
        while (Take(1) is [var length and not 0])
        {
            if ((length & PointerMask) == PointerMask)
            {
                var low = Take(1) is [var octet] ? octet : 0;
                var target = ((length & ~PointerMask) << 8) | low;
                after ??= _at;
                // Each pointer must lead to a position before all parts of this name read so far. This prevents loops.
                _isBroken |= target >= lowest || ++pointers > PointerLimit;
                _at = lowest = Math.Min(target, lowest);
                continue;
            }
            _isBroken |= (length & PointerMask) != 0 || name.Length + length + 1 > NameLimit;
            name.Append(name.Length > 0 ? "." : "").Append(Label(_isBroken ? [] : Take(length)));
        }
        _at = after ?? _at;
        return name.ToString();
    }

    // A dot inside a label would change the meaning of the name. No mail domain has one.
    string Label(ReadOnlySpan<byte> octets)
    {
        _isBroken |= octets.Contains((byte)'.');
        return Encoding.Latin1.GetString(octets);
    }

    int TakeNumber() => Take(2) is { Length: 2 } octets ? BinaryPrimitives.ReadUInt16BigEndian(octets) : 0;

    // After an error, nothing more is returned, so that every loop ends.
    ReadOnlySpan<byte> Take(int octets)
    {
        if (_isBroken || octets > _message.Length - _at)
        {
            _isBroken = true;
            return default;
        }
        _at += octets;
        return _message.Slice(_at - octets, octets);
    }
}
