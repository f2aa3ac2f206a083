using AgentPost.Host.Settings;
using AgentPost.Host.Setup;
using AgentPost.Store.Access;
using AgentPost.Store.Model;

namespace AgentPost.Host.Serving;

/// <summary>The first start without configuration: creates an inbox and a key, and prints how to use them.</summary>
static class FirstRun
{
    /// <summary>
    /// Creates the inbox and the key. Returns null if an inbox already exists, or if settings name one to create.
    /// </summary>
    public static async Task<NewKey?> CreateAccountAsync(Accounts accounts, Options options, CancellationToken cancellation)
    {
        if (options.BootstrapInbox is not null || options.BootstrapKey is not null || (await accounts.ListInboxesAsync(cancellation)).Count > 0)
        {
            return null;
        }
        try
        {
            await accounts.CreateInboxAsync(AddressOf(options), null, cancellation);
        }
        catch (StoreRefusedException refused) when (refused.Refusal == Refusal.InboxExists)
        {
            return null; // another host was faster, and prints its key
        }
        return await accounts.CreateKeyAsync(new(Scope.All, [], "first run", ExpiresAt: null), cancellation);
    }

    public static string Banner(Options options, string? caPath, NewKey key)
    {
        var mail = MailSettings.Of(options);
        var context = caPath is null ? "ssl.create_default_context()" : $"ssl.create_default_context(cafile=\"{caPath}\")";
        return $"""

            AgentPost is running, with one inbox to begin with.

              User name   {AddressOf(options)}
              Password    {key.Secret}
                          shown only this once; 'agentpost key create' makes others
              IMAP        {mail.Host}, port {mail.ImapPort}, SSL/TLS
              SMTP        {mail.Host}, port {mail.SmtpPort}, SSL/TLS
              CA          {caPath ?? "the one of your own certificate"}
            {(caPath is null ? "" : "              clients must be told to trust it\n")}
            Try it in Python:

              import imaplib, ssl
              mail = imaplib.IMAP4_SSL("{mail.Host}", {mail.ImapPort}, ssl_context={context})
              mail.login("{AddressOf(options)}", "{key.Secret}")
              print(mail.select("INBOX", readonly=True))

            """;
    }

    static string AddressOf(Options options) => $"agent@{options.Domain}";
}
