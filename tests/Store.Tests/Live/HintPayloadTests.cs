using AgentPost.Store.Hints;
using AgentPost.Store.Model;

namespace AgentPost.Store.Tests.Live;

public sealed class HintPayloadTests
{
    [Test]
    public void A_folder_survives_its_hint()
    {
        var folder = new FolderKey(InboxId.New(), new(42));
        Assert.That(HintPayload.TryParse(HintPayload.Format(folder), out var parsed), Is.True);
        Assert.That(parsed, Is.EqualTo(folder));
    }

    [TestCase("")]
    [TestCase("accounts")]
    [TestCase("everything")]
    [TestCase("x/1")]
    [TestCase("00000000000000000000000000000000/-1")]
    [TestCase("00000000000000000000000000000000/99999999999")]
    public void Other_hints_are_no_folders(string hint) => Assert.That(HintPayload.TryParse(hint, out _), Is.False);

    [TestCase(1)]
    [TestCase(500)]
    [TestCase(4096)]
    public void Many_hints_go_into_payloads_that_Postgres_takes(int count)
    {
        var hints = Enumerable.Range(1, count).Select(number => HintPayload.Format(new(InboxId.New(), new(number)))).ToList();
        var payloads = HintPayload.Pack("sender", hints);
        Assert.That(payloads.Max(payload => payload.Length), Is.LessThan(8000));
        Assert.That(payloads.Select(payload => HintPayload.Unpack(payload).Sender), Is.All.EqualTo("sender"));
        Assert.That(payloads.SelectMany(payload => HintPayload.Unpack(payload).Hints), Is.EqualTo(hints));
    }
}
