using System.Buffers;
using SmtpServer;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace AgentPost.Protocol.Smtp.Engine;

/// <summary>Stores the message from the spool. SmtpServer has seen only a placeholder.</summary>
sealed class SpooledMessageStore : IMessageStore
{
    public async Task<SmtpResponse> SaveAsync(
        ISessionContext context,
        IMessageTransaction transaction,
        ReadOnlySequence<byte> buffer,
        CancellationToken cancellationToken) =>
        await EngineSession.Of(context).StoreMessageAsync(cancellationToken)
            ? SmtpResponse.Ok
            : SmtpResponse.TransactionFailed;
}
