namespace AgentPost.Protocol.Smtp.Client;

/// <summary>With what to log in; is never written out.</summary>
public sealed class SmtpCredentials(string userName, string password)
{
    public string UserName { get; } = userName;

    internal string Password { get; } = password;
}
