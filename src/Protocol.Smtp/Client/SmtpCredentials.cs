namespace AgentPost.Protocol.Smtp.Client;

/// <summary>A user name with its password or its OAuth 2.0 access token. Never written to a log.</summary>
public sealed class SmtpCredentials
{
    public SmtpCredentials(string userName, string password)
        : this(userName, password, isAccessToken: false)
    {
    }

    SmtpCredentials(string userName, string secret, bool isAccessToken)
    {
        UserName = userName;
        Secret = secret;
        IsAccessToken = isAccessToken;
    }

    public string UserName { get; }

    internal string Secret { get; }

    internal bool IsAccessToken { get; }

    /// <summary>Credentials that log in with XOAUTH2 or OAUTHBEARER (RFC 7628).</summary>
    public static SmtpCredentials WithAccessToken(string userName, string accessToken) => new(userName, accessToken, isAccessToken: true);
}
