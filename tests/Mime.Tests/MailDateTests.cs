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
    [TestCase("Fri, 28 Feb 2025 11:30:00 PM -0500", "2025-02-28T23:30:00-05:00")]
    [TestCase("28 Feb 2025 12:15:00 AM -0500", "2025-02-28T00:15:00-05:00")]
    [TestCase("28 Feb 2025 12:15 PM +0100", "2025-02-28T12:15:00+01:00")]
    [TestCase("28 Feb 2025 11:30pm -0500", "2025-02-28T23:30:00-05:00")]
    [TestCase("28 Feb 2025 11:30pm", "2025-02-28T23:30:00+00:00")]
    [TestCase("28 Feb 2025 11:30 p.m. EST", "2025-02-28T23:30:00-05:00")]
    [TestCase("28 Feb 2025 13:05 PM", "2025-02-28T13:05:00+00:00")]
    [TestCase("28 Feb 2025 0:05 AM", "2025-02-28T00:05:00+00:00")]
    [TestCase("2/28/2025 11:30 PM", null)]
    [TestCase("Mon, 21 Aug 95 13:30:57 -600", "1995-08-21T13:30:57-06:00")]
    [TestCase("21 Aug 95 13:30 +530", "1995-08-21T13:30:00+05:30")]
    [TestCase("21 Aug 95 13:30 +545", "1995-08-21T13:30:00+05:45")]
    [TestCase("21 Aug 95 13:30 -930", "1995-08-21T13:30:00-09:30")]
    [TestCase("21 Aug 95 13:30 +2", "1995-08-21T13:30:00+02:00")]
    [TestCase("21 Aug 95 13:30 -02", "1995-08-21T13:30:00-02:00")]
    [TestCase("21 Aug 95 13:30 +599", "1995-08-21T13:30:00+00:00")]
    [TestCase("01 Jan 2001 00:01+0000", "2001-01-01T00:01:00+00:00")]
    [TestCase("01 Jan 2001 00:01:07-0330", "2001-01-01T00:01:07-03:30")]
    [TestCase("01 Jan 2001 00:01GMT", "2001-01-01T00:01:00+00:00")]
    [TestCase("01 Jan 2001 00:01Z", "2001-01-01T00:01:00+00:00")]
    [TestCase("01 Jan 2001 00:01:07PST", "2001-01-01T00:01:07-08:00")]
    [TestCase("01 Jan 2001 11:01pm-0330", "2001-01-01T23:01:00-03:30")]
    [TestCase("01 Jan 2001 2Subject: x", null)]
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
