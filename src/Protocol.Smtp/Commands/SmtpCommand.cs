namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>One command with its data, as the client sent it. The engine runs it.</summary>
abstract record SmtpCommand;
