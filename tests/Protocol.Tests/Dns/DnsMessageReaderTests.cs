using AgentPost.Protocol.Dns;

namespace AgentPost.Protocol.Tests.Dns;

/// <summary>What a server may send that is not meant well.</summary>
sealed class DnsMessageReaderTests
{
    const int Question = 12;

    static readonly byte[] Sound = DnsPacket.Answer(7, "a.test", answers: 4)
        .Pointer(Question).Record(16, 60, [2, (byte)'h', (byte)'i'])
        .Pointer(Question).Record(15, 60, [0, 10, 2, (byte)'m', (byte)'x', 0xC0, Question])
        .Pointer(Question).Record(5, 60, [1, (byte)'b', 0xC0, Question + 2])
        .Pointer(Question).Record(1, 60, [192, 0, 2, 1]).Octets;

    [Test]
    public void Compressed_names_are_read()
    {
        var message = DnsMessageReader.Read(Sound)!;

        Assert.That(message.Question, Is.EqualTo(new DnsQuestion("a.test", DnsType.Txt)));
        Assert.That(message.Answers.OfType<TextRecord>().Single().Text, Is.EqualTo("hi"));
        Assert.That(message.Answers.OfType<ExchangeRecord>().Single().Exchange, Is.EqualTo("mx.a.test"));
        Assert.That(message.Answers.OfType<AliasRecord>().Single().Target, Is.EqualTo("b.test"));
        Assert.That(message.Answers.Select(record => record.Owner), Is.All.EqualTo("a.test"));
    }

    [Test]
    public void A_message_cut_anywhere_is_no_message()
    {
        for (var length = 0; length < Sound.Length; length++)
        {
            Assert.That(DnsMessageReader.Read(Sound.AsSpan(0, length)), Is.Null, $"{length} octets");
        }
    }

    [Test]
    public void A_name_that_points_to_itself_is_refused()
    {
        var packet = DnsPacket.Answer(7, "a.test", answers: 1);
        Assert.That(DnsMessageReader.Read(packet.Pointer(packet.Length).Record(16, 60, [1, 65]).Octets), Is.Null);
    }

    [Test]
    public void Two_names_that_point_to_one_another_are_refused()
    {
        var packet = DnsPacket.Answer(7, "a.test", answers: 2);
        var at = packet.Length;
        packet.Raw(1, (byte)'x').Pointer(at + 4).Raw(1, (byte)'y').Pointer(at);
        Assert.That(DnsMessageReader.Read(packet.Record(16, 60, [1, 65]).Octets), Is.Null);
    }

    [Test]
    public void A_chain_of_pointers_without_end_is_refused()
    {
        var packet = DnsPacket.Answer(7, "a.test", answers: 2);
        var at = packet.Length + 11;
        // The data of the first record is a chain, each pointer leading to the one before.
        var chain = Enumerable.Range(0, 2000).SelectMany(number => new DnsPacket().Pointer(number == 0 ? Question : at + (2 * (number - 1))).Octets).ToArray();
        packet.Raw(0).Record(99, 60, chain);
        Assert.That(DnsMessageReader.Read(packet.Pointer(packet.Length - 2).Record(16, 60, [1, 65]).Octets), Is.Null);
    }

    [Test]
    public void A_text_longer_than_its_record_is_refused() =>
        Assert.That(DnsMessageReader.Read(DnsPacket.Answer(7, "a.test", answers: 1).Pointer(Question).Record(16, 60, [9, 65]).Raw(new byte[20]).Octets), Is.Null);

    [Test]
    public void A_count_without_records_is_refused() => Assert.That(DnsMessageReader.Read(DnsPacket.Answer(7, "a.test", answers: 65_535).Octets), Is.Null);

    [Test]
    public void A_question_is_no_answer()
    {
        var octets = new DnsQuestion("a.test", DnsType.Txt).Write(7);
        Assert.That(DnsMessageReader.Read(octets), Is.Null);
    }

    [Test]
    public void The_lesser_time_of_the_authority_is_that_of_nothing()
    {
        byte[] authority = [0, 0, .. new byte[16], 0, 0, 0, 30];
        var message = DnsMessageReader.Read(DnsPacket.Answer(7, "a.test", 3, 0, 1).Name("test").Record(6, 900, authority).Octets)!;

        Assert.That(message.ResponseCode, Is.EqualTo(DnsMessage.NoSuchName));
        Assert.That(message.NegativeTimeToLive, Is.EqualTo(TimeSpan.FromSeconds(30)));
    }

    [FsCheck.NUnit.Property(MaxTest = 2000)]
    public void No_octets_at_all_break_the_reader(byte[] octets) => DnsMessageReader.Read(octets);

    [FsCheck.NUnit.Property(MaxTest = 5000)]
    public void No_changes_of_a_sound_message_break_the_reader((ushort At, byte Octet)[] changes)
    {
        var octets = (byte[])Sound.Clone();
        foreach (var (at, octet) in changes)
        {
            octets[at % octets.Length] = octet;
        }
        DnsMessageReader.Read(octets);
    }
}
