using AgentPost.Protocol.Smtp.Client;
using AgentPost.Store;

namespace AgentPost.Host.Workers.Delivery;

/// <summary>Services and settings that all delivery attempts share.</summary>
sealed record DeliveryServices(MailStore Store, SenderReport Reports, DkimKeys Keys, SmtpClientOptions Client, TimeSpan DelayNotice, TimeProvider Time, ILogger Logger)
{
    /// <summary>Delay before retrying a database that is unavailable.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
}
