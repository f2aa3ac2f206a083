using System.Globalization;

namespace AgentPost.Mime.Tests;

/// <summary>Dates as mail has them; the first are examples of RFC 5322 appendix A.</summary>
sealed class MailDateTests
{
    [TestCase("Fri, 21 Nov 1997 09:55:06 -0600", "1997-11-21T09:55:06-06:00")]
    [TestCase("Thu,\r\n      13\r\n        Feb\r\n          1969\r\n      23:32\r\n               -0330 (Newfoundland Time)", "1969-02-13T23:32:00-03:30")]
    [TestCase("21 Nov 97 09:55:06 GMT", "1997-11-21T09:55:06+00:00")]
    [TestCase("Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", "1997-11-21T09:55:06-06:00")]
    [TestCase("1 Jan 2024 10:00", "2024-01-01T10:00:00+00:00")]
    [TestCase("1 Jan 49 10:00 EST", "2049-01-01T10:00:00-05:00")]
    [TestCase("1 Jan 50 10:00 PDT", "1950-01-01T10:00:00-07:00")]
    [TestCase("1 Jan 104 10:00 Z", "2004-01-01T10:00:00+00:00")]
    [TestCase("1 Jan 2024 10:00 A", "2024-01-01T10:00:00+00:00")]
    [TestCase("Mon,1 jan 2024 10:00:60 +0200", "2024-01-01T10:00:59+02:00")]
    [TestCase("Mon Jan  1 10:00:00 2024", "2024-01-01T10:00:00+00:00")]
    [TestCase("Mon, 01-Jan-2024 10:00:00 +0100", "2024-01-01T10:00:00+01:00")]
    [TestCase("1 January 2024 10:00:00 +01:00", "2024-01-01T10:00:00+01:00")]
    [TestCase("29 Feb 2024 10:00", "2024-02-29T10:00:00+00:00")]
    [TestCase("1 Jan 2024 10:00 +9999", "2024-01-01T10:00:00+00:00")]
    [TestCase("1 Jan 2024 10:00 +1430", "2024-01-01T10:00:00+00:00")]
    [TestCase("1 Jan 2024", "2024-01-01T00:00:00+00:00")]
    [TestCase("31 Dec 9999 23:59:59 -0800", null)]
    [TestCase("1 Jan 0001 00:00:00 +0100", null)]
    [TestCase("29 Feb 2023 10:00", null)]
    [TestCase("0 Jan 2024 10:00", null)]
    [TestCase("1 Jan 2024 24:00", null)]
    [TestCase("1 Jan 2024 10:60", null)]
    [TestCase("1 Foo 2024 10:00", null)]
    [TestCase("1 Jan 99999999999 10:00", null)]
    [TestCase("yesterday", null)]
    [TestCase("", null)]
    public void Date(string field, string? expected)
    {
        var date = Scanning.ScanHeader("Date: " + field).SentAt;
        Assert.That(date?.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture), Is.EqualTo(expected));
    }

    [Test]
    public void No_date() => Assert.That(Scanning.ScanHeader("Subject: x").SentAt, Is.Null);
}
