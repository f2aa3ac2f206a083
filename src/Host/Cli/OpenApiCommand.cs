using System.CommandLine;
using AgentPost.Host.Api;
using AgentPost.Host.Api.Documents;

namespace AgentPost.Host.Cli;

/// <summary>
/// <c>agentpost openapi</c>: writes the OpenAPI document of the HTTP API, from which the SDKs are generated.
/// </summary>
static class OpenApiCommand
{
    public static Command Create()
    {
        var command = new Command("openapi", "Write the OpenAPI document of the HTTP API.") { Hidden = true };
        command.SetAction(async (_, cancellation) =>
        {
            await using var output = Console.OpenStandardOutput();
            await output.WriteAsync(OpenApiDocument.Render(EndpointTable.Rows), cancellation);
        });
        return command;
    }
}
