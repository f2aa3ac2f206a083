using AgentPost.Support.Transcripts;

namespace AgentPost.EndToEnd.Tests;

/// <summary>The transcripts prove nothing unless their patterns say no.</summary>
sealed class TranscriptVariablesTests
{
    readonly TranscriptVariables _variables = new(TestContext.CurrentContext.WorkDirectory);

    [TestCase("* 1 EXISTS", "* 1 EXISTS", ExpectedResult = true)]
    [TestCase("* 1 EXISTS", "* 11 EXISTS", ExpectedResult = false)]
    [TestCase("* 1 EXISTS", "* 1 EXISTS ", ExpectedResult = false)]
    [TestCase("* FLAGS (\\Seen $Forwarded)", "* FLAGS (\\Seen $Forwarded)", ExpectedResult = true)]
    [TestCase("a OK \u00e2\u0080\u00a6", "a OK anything at all", ExpectedResult = true)]
    [TestCase("a OK [\u00e2\u0080\u00a6] done", "a OK [READ-ONLY] gone", ExpectedResult = false)]
    [TestCase("$twice $twice", "x x", ExpectedResult = true)]
    [TestCase("$twice $twice", "x y", ExpectedResult = false)]
    [TestCase("[UIDNEXT $next]", "[UIDNEXT 4 5]", ExpectedResult = false)]
    public bool A_line_matches_only_as_a_whole(string expected, string actual) => _variables.TryMatch(expected, actual);

    [Test]
    public void A_captured_value_must_come_again_and_can_be_sent()
    {
        Assert.That(_variables.TryMatch("* OK [UIDVALIDITY $validity]", "* OK [UIDVALIDITY 7]"), Is.True);

        Assert.That(_variables.TryMatch("[COPYUID $validity 1 1]", "[COPYUID 8 1 1]"), Is.False);
        Assert.That(_variables.TryMatch("[COPYUID $validity 1 1]", "[COPYUID 7 1 1]"), Is.True);
        Assert.That(_variables.Expand("a STATUS x$validity"), Is.EqualTo("a STATUS x7"));
    }

    [Test]
    public void A_name_without_a_value_cannot_be_sent() =>
        Assert.That(() => _variables.Expand("a LOGIN $nobody"), Throws.TypeOf<TranscriptException>());

    [Test]
    public void Base64_encodes_zero_octets_and_variables()
    {
        _variables["user"] = "a@b";

        Assert.That(_variables.Expand(@"AUTH PLAIN $base64(\0$user\0x)"), Is.EqualTo("AUTH PLAIN AGFAYgB4"));
    }
}
