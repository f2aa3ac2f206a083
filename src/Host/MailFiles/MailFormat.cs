namespace AgentPost.Host.MailFiles;

/// <summary>The forms in which an inbox is exported, as the command line names them.</summary>
enum MailFormat
{
    Mbox,
    Maildir,
}
