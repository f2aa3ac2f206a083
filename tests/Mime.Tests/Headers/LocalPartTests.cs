using AgentPost.Mime.Headers;
using AgentPost.Mime.Structure;

namespace AgentPost.Mime.Tests.Headers;

/// <summary>Local parts in their one spelling.</summary>
sealed class LocalPartTests
{
    [TestCase("ann", "ann")]
    [TestCase("a.b+c", "a.b+c")]
    [TestCase("größe", "größe")]
    [TestCase("a b", "\"a b\"")]
    [TestCase("a@b", "\"a@b\"")]
    [TestCase("a\"b", "\"a\\\"b\"")]
    [TestCase("a\\b", "\"a\\\\b\"")]
    [TestCase("", "\"\"")]
    [TestCase("try..this..0511", "\"try..this..0511\"")]
    [TestCase("xxx.yyy.", "\"xxx.yyy.\"")]
    [TestCase(".abc", "\".abc\"")]
    [TestCase("Help <help@bank.example>", "\"Help <help@bank.example>\"")]
    public void Written_and_read(string text, string local)
    {
        Assert.That(LocalPart.Write(text), Is.EqualTo(local));
        Assert.That(LocalPart.Read(local), Is.EqualTo(text));
        Assert.That(LocalPart.Normalize($"{local}@b.example"), Is.EqualTo($"{local}@b.example"));
    }

    [TestCase("\"ann\"@b.example", "ann@b.example")]
    [TestCase("try..this@b.example", "\"try..this\"@b.example")]
    [TestCase("\"a\\ b\"@b.example", "\"a b\"@b.example")]
    [TestCase("ann", "ann")]
    public void One_spelling(string address, string normal) => Assert.That(LocalPart.Normalize(address), Is.EqualTo(normal));

    [TestCase("\"Help <help@bank.example>\"@mail.example.net")]
    [TestCase("\"a b\"@example.net")]
    [TestCase("\"a@b\"@example.net")]
    [TestCase("\"a\\\"b\"@example.net")]
    [TestCase("\"\"@example.net")]
    [TestCase("a.b@example.net")]
    public void Addresses_of_a_message_keep_their_quotes(string address)
    {
        var scan = Scanning.ScanHeader($"From: X <{address}>");
        Assert.That(EnvelopeReader.FirstAddress(scan.Envelope.Span, EnvelopeField.From)?.Email, Is.EqualTo(address));
        Assert.That(scan.Folded.From, Does.Contain(address.ToLowerInvariant()));
    }

    [Test]
    public void Search_finds_dots_in_unusual_places_as_they_are_typed() =>
        Assert.That(Scanning.ScanHeader("From: try..this@mobile.example").Folded.From, Does.Contain("try..this@mobile.example"));
}
