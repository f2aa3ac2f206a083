using System.Text;
using AgentPost.Protocol.Imap.Commands.Mail;
using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Tests.Imap;

sealed class MessageCommandGrammarTests
{
    [TestCase(" 1:2 FLAGS (\\Seen)", FlagChangeMode.Replace, Telling.Always, SystemFlags.Seen, "")]
    [TestCase(" 1 +flags.silent (\\Deleted $Junk)", FlagChangeMode.Add, Telling.ModSeqs, SystemFlags.Deleted, "$Junk")]
    [TestCase(" * -FLAGS \\Seen \\Draft", FlagChangeMode.Remove, Telling.Always, SystemFlags.Seen | SystemFlags.Draft, "")]
    [TestCase(" 1 FLAGS ()", FlagChangeMode.Replace, Telling.Always, SystemFlags.None, "")]
    [TestCase(" 1 +FLAGS (\\Recent a)", FlagChangeMode.Add, Telling.Always, SystemFlags.None, "a")]
    public void STORE_says_how_flags_change(string arguments, FlagChangeMode mode, Telling telling, SystemFlags flags, string keywords)
    {
        var parser = Parser(arguments);
        var command = StoreCommand.Parse(ref parser);

        Assert.That((command.Change.Mode, command.Telling, command.Change.Flags), Is.EqualTo((mode, telling, flags)));
        Assert.That(command.Change.Keywords.ToString(), Is.EqualTo(keywords));
    }

    [TestCase(" 1:2 (UNCHANGEDSINCE 12) +FLAGS.SILENT (\\Seen)", 12L, Telling.EveryModSeq)]
    [TestCase(" 1:2 (unchangedsince 0) FLAGS \\Seen", 0L, Telling.Always)]
    [TestCase(" 1:2 (UNCHANGEDSINCE 9223372036854775807) FLAGS ()", long.MaxValue, Telling.Always)]
    public void STORE_has_a_condition(string arguments, long unchangedSince, Telling telling)
    {
        var parser = Parser(arguments);
        var command = StoreCommand.Parse(ref parser);

        Assert.That((command.UnchangedSince, command.Telling), Is.EqualTo(((ModSeq?)new ModSeq(unchangedSince), telling)));
    }

    [TestCase(" 1 (UNCHANGEDSINCE 9223372036854775808) FLAGS ()")]
    [TestCase(" 1 (UNCHANGEDSINCE) FLAGS ()")]
    [TestCase(" 1 (UNCHANGEDSINCE 1)FLAGS ()")]
    [TestCase(" 1 (CHANGEDSINCE 1) FLAGS ()")]
    [TestCase(" 1 () FLAGS ()")]
    [TestCase(" 1 FLAGS (\\)")]
    [TestCase(" 1 FLAGS")]
    [TestCase(" 1 FLAG (\\Seen)")]
    [TestCase(" 1 +FLAGS.LOUD (\\Seen)")]
    [TestCase(" 0 FLAGS (\\Seen)")]
    [TestCase(" 1 FLAGS (\\Seen) x")]
    public void STORE_that_is_none_is_refused(string arguments) => Assert.That(
        () =>
        {
            var parser = Parser(arguments);
            return StoreCommand.Parse(ref parser);
        },
        Throws.TypeOf<SyntaxException>());

    [TestCase(" INBOX {10}", "INBOX", SystemFlags.None, null, 10)]
    [TestCase(" \"inbox\" (\\Seen) {310+}", "INBOX", SystemFlags.Seen, null, 310)]
    [TestCase(" Drafts (\\Draft) \" 5-Mar-2026 08:00:00 +0100\" {7}", "Drafts", SystemFlags.Draft, "2026-03-05T08:00:00+01:00", 7)]
    [TestCase(" INBOX \"15-Mar-2026 08:00:00 -0230\" {99999999999999999999}", "INBOX", SystemFlags.None, "2026-03-15T08:00:00-02:30", long.MaxValue)]
    public void APPEND_announces_a_message(string arguments, string mailbox, SystemFlags flags, string? internalAt, long octets)
    {
        var parser = Parser(arguments);
        var command = AppendCommand.Parse(ref parser);

        Assert.That((command.Mailbox.Value, command.First.Flags.System), Is.EqualTo((mailbox, flags)));
        Assert.That(command.First.InternalAt, Is.EqualTo(internalAt is null ? null : DateTimeOffset.Parse(internalAt, null)));
        Assert.That(command.First.Literal.Octets, Is.EqualTo(octets));
    }

    [TestCase(" INBOX")]
    [TestCase(" INBOX (\\Seen)")]
    [TestCase(" INBOX \"no date\" {10}")]
    [TestCase(" INBOX (\\Seen) (\\Seen) {10}")]
    [TestCase(" INBOX {10} x")]
    public void APPEND_that_is_none_is_refused(string arguments) => Assert.That(
        () =>
        {
            var parser = Parser(arguments);
            return AppendCommand.Parse(ref parser);
        },
        Throws.TypeOf<SyntaxException>());

    [Test]
    public void COPYUID_names_ranges()
    {
        var result = new CopyResult(new(7), Uids(1, 2, 3, 9), Uids(20, 21, 22, 23), new(2), new(1));

        Assert.That(CopyUid.Code(result), Is.EqualTo("COPYUID 7 1:3,9 20:23"));
        Assert.That(CopyUid.Code(result with { Source = [], Destination = [] }), Is.Null);
    }

    static Uid[] Uids(params uint[] uids) => [.. uids.Select(uid => new Uid(uid))];

    static CommandParser Parser(string arguments) => new(Encoding.ASCII.GetBytes(arguments), EnabledExtensions.None);
}
