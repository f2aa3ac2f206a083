using System.Buffers;
using AgentPost.Protocol.Imap.Wire;

namespace AgentPost.Protocol.Tests.Imap;

/// <summary>The character classes against RFC 9051 §9, written a second time, for all 256 octets.</summary>
public sealed class AtomsTests
{
    [Test]
    public void Every_octet_is_in_the_classes_the_grammar_puts_it_in()
    {
        for (var octet = 0; octet < 256; octet++)
        {
            var c = (char)octet;
            var isChar = octet is >= 1 and <= 127;
            var isControl = octet < 32 || octet == 127;
            var isListWildcard = c is '%' or '*';
            var isQuotedSpecial = c is '"' or '\\';
            var isAtomSpecial = c is '(' or ')' or '{' or ' ' or ']' || isControl || isListWildcard || isQuotedSpecial;
            var isAtom = isChar && !isAtomSpecial;
            Check(Atoms.AtomChar, octet, isAtom);
            Check(Atoms.AStringChar, octet, isAtom || c == ']');
            Check(Atoms.TagChar, octet, (isAtom || c == ']') && c != '+');
            Check(Atoms.ListChar, octet, isAtom || c == ']' || isListWildcard);
            Check(Atoms.TextChar, octet, isChar && c is not ('\r' or '\n'));
        }
    }

    static void Check(SearchValues<byte> chars, int octet, bool expected) =>
        Assert.That(chars.Contains((byte)octet), Is.EqualTo(expected), $"octet 0x{octet:X2}");
}
