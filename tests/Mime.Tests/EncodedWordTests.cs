using System.Text;
using AgentPost.Mime.Headers;

namespace AgentPost.Mime.Tests;

/// <summary>Encoded words (RFC 2047), the first cases from its §8.</summary>
sealed class EncodedWordTests
{
    [TestCase("(=?ISO-8859-1?Q?a?=)", "(a)")]
    [TestCase("(=?ISO-8859-1?Q?a?= b)", "(a b)")]
    [TestCase("(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)", "(ab)")]
    [TestCase("(=?ISO-8859-1?Q?a?=  \t =?ISO-8859-1?Q?b?=)", "(ab)")]
    [TestCase("(=?ISO-8859-1?Q?a_b?=)", "(a b)")]
    [TestCase("(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)", "(a b)")]
    [TestCase("=?ISO-8859-1?Q?Patrik_F=E4ltstr=F6m?=", "Patrik Fältström")]
    [TestCase("=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?= =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=", "If you can read this you understand the example.")]
    [TestCase("=?US-ASCII*EN?Q?Keith_Moore?=", "Keith Moore")]
    [TestCase("=?utf-8?Q?=E2=82?= =?UTF-8?Q?=AC?=", "€")]
    [TestCase("=?utf-8?B?4oI=?= =?utf-8?B?rA==?=", "€")]
    [TestCase("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本")]
    [TestCase("=?koi8-r?Q?=F0?=", "П")]
    [TestCase("=?windows-1251?q?=CF?=", "П")]
    [TestCase("=?gb2312?B?xOO6ww==?=", "你好")]
    [TestCase("=?x-unknown?Q?=C3=A9?=", "é")]
    [TestCase("=?us-ascii?Q?=E9?=", "é")]
    [TestCase("a=?utf-8?Q?b?=c", "abc")]
    [TestCase("=?utf-8?Q?a b?=", "a b")]
    [TestCase("=?utf-8?Q?really??=", "really?")]
    [TestCase("=?utf-8?Q?=4?=", "=4")]
    [TestCase("=?utf-8?X?a?=", "=?utf-8?X?a?=")]
    [TestCase("=?utf-8?Q?a", "=?utf-8?Q?a")]
    [TestCase("=??Q?a?=", "=??Q?a?=")]
    [TestCase("=?=?utf-8?Q?a?=", "=?a")]
    [TestCase("(x) =?us-ascii?Q??= =?utf-8?Q?y?=", "(x) y")]
    [TestCase("=?utf-8?B??=", "")]
    [TestCase("=?utf-8?B??= =?utf-8?B??= =?utf-8?Q?a?= =?utf-8?B??=", "a")]
    [TestCase("=?utf-8?Q?a?=\r\n =?utf-8?Q??=\r\n =?utf-8?Q?b?=", "ab")]
    [TestCase("a =?utf-8?Q??= b", "a  b")]
    [TestCase("über", "über")]
    [TestCase("", "")]
    public void Decoded(string text, string expected) => Assert.That(EncodedWords.Decode(Encoding.UTF8.GetBytes(text)), Is.EqualTo(expected));

    [Test]
    public void A_field_that_is_not_UTF_8_is_windows_1252_as_a_whole() =>
        Assert.That(EncodedWords.Decode([0x62, 0xFC, 0x63, 0x68, 0xC3, 0xA9]), Is.EqualTo("büchÃ©"));
}
