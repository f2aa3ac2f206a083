namespace AgentPost.Protocol.Smtp.Session;

/// <summary>One command with its data, as the client sent it. The engine runs it.</summary>
abstract record SmtpCommand;
