namespace AgentPost.Host.MailFiles;

/// <summary>Export formats, with their names on the command line.</summary>
enum MailFormat
{
    Mbox,
    Maildir,
}
