using AgentPost.Protocol.Smtp.Session;
using AgentPost.Protocol.Smtp.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Smtp.Engine;

/// <summary>Maps exceptions to replies, and logs them.</summary>
static class FailureReplies
{
    public static async ValueTask<Reply> CatchAsync(Func<ValueTask<Reply>> work, SmtpContext context)
    {
        try
        {
            return await work();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return For(failure, context);
        }
    }

    public static Reply For(Exception failure, SmtpContext context)
    {
        var (logger, connectionId) = (context.Services.Logger, context.Connection.ConnectionId);
        switch (failure)
        {
            case StoreRefusedException refused:
                return StoreReplies.Of(refused);
            case StoreFullException:
                Log.StoreUnavailable(logger, failure, connectionId);
                return StoreReplies.SystemFull;
            case StoreUnavailableException:
                Log.StoreUnavailable(logger, failure, connectionId);
                return new(451, "4.3.0", "The mail store is unavailable; try again later");
            case OperationCanceledException:
                Log.ClientGone(logger, connectionId, failure.Message);
                context.End();
                return ClosingReplies.InternalError;
            default:
                Log.SessionFailed(logger, failure, connectionId);
                return ClosingReplies.InternalError;
        }
    }
}
