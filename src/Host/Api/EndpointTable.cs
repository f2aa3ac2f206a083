using AgentPost.Host.Api.Access;
using AgentPost.Host.Api.Events;
using AgentPost.Host.Api.Mail;
using AgentPost.Host.Api.Remote;
using AgentPost.Host.Api.Requests;
using AgentPost.Host.Api.Sending;

namespace AgentPost.Host.Api;

/// <summary>Every operation of the HTTP API, one row per operation.</summary>
static class EndpointTable
{
    public static readonly IReadOnlyList<ApiEndpoint> Rows =
    [
        .. AccountEndpoints.Rows,
        .. InboxEndpoints.Rows,
        .. KeyEndpoints.Rows,
        .. MessageEndpoints.Rows,
        .. MessageChangeEndpoints.Rows,
        .. AttachmentEndpoints.Rows,
        .. SendEndpoints.Rows,
        .. DraftEndpoints.Rows,
        .. ThreadEndpoints.Rows,
        .. FolderEndpoints.Rows,
        .. WaitEndpoints.Rows,
        .. RuleEndpoints.Rows,
        .. LimitEndpoints.Rows,
        .. SessionEndpoints.Rows,
        .. CredentialEndpoints.Rows,
        .. SurfaceEndpoints.Rows,
        .. EventEndpoints.Rows,
        .. WebhookEndpoints.Rows,
    ];
}
