using AgentPost.Mime.Headers;
using AgentPost.Mime.Scanning;
using AgentPost.Protocol.Smtp.Authentication;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Smtp.Receivers;

/// <summary>What an agent should know of a message from outside before it reads it, as keywords that can be searched.</summary>
static class InboundKeywords
{
    /// <summary>The address in From is proven by DMARC.</summary>
    const string Authentic = "$AuthPass";

    /// <summary>DMARC was checked and failed, or the message names no single author.</summary>
    const string NotAuthentic = "$AuthFail";

    /// <summary>The domain of From wants such mail set apart (RFC 9051 §2.3.2).</summary>
    const string Junk = "$Junk";

    /// <summary>Written by a program, or for many: not to be answered automatically (RFC 3834 §2).</summary>
    const string Automated = "$Automated";

    /// <summary>Has text that a reader does not see.</summary>
    const string HiddenText = "$HiddenText";

    public static KeywordSet Of(ReadOnlySpan<byte> header, MessageScan scan, string reversePath, AuthenticationReport? report, SmtpOptions options)
    {
        var names = new List<string>();
        var verdict = report?.Dmarc.Verdict ?? AuthenticationResults.TrustedDmarc(header, options);
        if (verdict == AuthenticationVerdict.Pass && AuthorList.Read(header).Fault is not null)
        {
            // A server in front reads these fields by rules of its own.
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
