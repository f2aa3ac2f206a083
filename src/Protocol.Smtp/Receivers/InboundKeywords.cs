using AgentPost.Mime.Headers;
using AgentPost.Mime.Scanning;
using AgentPost.Protocol.Smtp.Authentication;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Smtp.Receivers;

/// <summary>Searchable keywords that describe an inbound message to an agent before it reads the message.</summary>
static class InboundKeywords
{
    /// <summary>DMARC has verified the address in From.</summary>
    const string Authentic = "$AuthPass";

    /// <summary>DMARC was checked and failed, or the message does not have exactly one author.</summary>
    const string NotAuthentic = "$AuthFail";

    /// <summary>
    /// The message fails DMARC, and the policy of the From domain is quarantine or reject. Keyword: RFC 9051 §2.3.2.
    /// </summary>
    const string Junk = "$Junk";

    /// <summary>Sent by a program, or to many recipients: do not reply automatically (RFC 3834 §2).</summary>
    const string Automated = "$Automated";

    /// <summary>Contains text that a human reader does not see.</summary>
    const string HiddenText = "$HiddenText";

    public static KeywordSet Of(ReadOnlySpan<byte> header, MessageScan scan, string reversePath, AuthenticationReport? report, SmtpOptions options)
    {
        var names = new List<string>();
        var verdict = report?.Dmarc.Verdict ?? AuthenticationResults.TrustedDmarc(header, options);
        if (verdict == AuthenticationVerdict.Pass && AuthorList.Read(header).Fault is not null)
        {
            // The upstream server may parse the author fields differently: do not trust its pass.
            verdict = AuthenticationVerdict.PermError;
        }
        if (verdict == AuthenticationVerdict.Pass)
        {
            names.Add(Authentic);
        }
        if (verdict is AuthenticationVerdict.Fail or AuthenticationVerdict.PermError)
        {
            names.Add(NotAuthentic);
        }
        if (report is { Dmarc: { Verdict: AuthenticationVerdict.Fail, Policy: not DmarcPolicy.None } })
        {
            names.Add(Junk);
        }
        if (reversePath.Length == 0 || AutomaticMail.IsAutomatic(header))
        {
            names.Add(Automated);
        }
        if (scan.HasHiddenText)
        {
            names.Add(HiddenText);
        }
        return KeywordSet.Of(names);
    }
}
