using AgentPost.Protocol.Smtp.Client;
using AgentPost.Store;

namespace AgentPost.Host.Workers.Delivery;

/// <summary>What all attempts share.</summary>
sealed record DeliveryServices(MailStore Store, SenderReport Reports, DkimKeys Keys, SmtpClientOptions Client, TimeSpan DelayNotice, TimeProvider Time, ILogger Logger)
{
    /// <summary>Before the database is asked again that was not there.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
}
