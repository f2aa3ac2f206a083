using AgentPost.Host.Cli;

return await CommandLine.RunAsync(args);
