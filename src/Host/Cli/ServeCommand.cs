using System.CommandLine;
using AgentPost.Host.Serving;

namespace AgentPost.Host.Cli;

/// <summary><c>agentpost serve</c>.</summary>
static class ServeCommand
{
    public static Command Create()
    {
        var command = new Command("serve", "Run the server until SIGTERM or Ctrl-C.");
        command.SetAction((parsed, cancellation) => Server.RunAsync(parsed.ReadOptions(), cancellation));
        return command;
    }
}
