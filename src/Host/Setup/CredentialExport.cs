using System.Globalization;
using System.Text;
using AgentPost.Store;
using AgentPost.Store.Access;
using AgentPost.Store.Model;

namespace AgentPost.Host.Setup;

/// <summary>
/// Writes the CSV (RFC 4180) that sets up mail clients and scripts for many inboxes at once. It is the same in the HTTP
/// API and on the command line.
/// </summary>
static class CredentialExport
{
    static readonly string[] MailScopes = [Scope.MessagesRead, Scope.MessagesWrite];

    // A spreadsheet interprets a cell that starts with one of these characters as a formula.
    static readonly System.Buffers.SearchValues<char> FormulaStarts = System.Buffers.SearchValues.Create("=+-@\t\r");
    static readonly System.Buffers.SearchValues<char> Special = System.Buffers.SearchValues.Create(",\"\r\n");

    public static string Write(IEnumerable<(Inbox Inbox, string Password)> lines, MailSettings mail)
    {
        var csv = new StringBuilder("email,imap_host,imap_port,smtp_host,smtp_port,username,password\r\n");
        foreach (var (inbox, password) in lines)
        {
            var address = inbox.Address.Value;
            csv.AppendJoin(',', new[] { address, mail.Host, Text(mail.ImapPort), mail.Host, Text(mail.SmtpPort), address, password }.Select(Cell)).Append("\r\n");
        }
        return csv.ToString();
    }

    /// <summary>
    /// Creates a key for each inbox, with the scopes to read and write its mail that the creating key also has.
    /// </summary>
    /// <param name="maker">The creating key. Null for the operator, who has all scopes.</param>
    public static async Task<IReadOnlyList<(Inbox Inbox, string Password)>> MintAsync(
        MailStore store, IReadOnlyList<Inbox> inboxes, ApiKey? maker, DateTimeOffset now, CancellationToken cancellation)
    {
        var scopes = MailScopes.Where(scope => maker?.Scopes.Contains(scope) ?? true).ToList();
        var name = string.Create(CultureInfo.InvariantCulture, $"credentials export {now:yyyy-MM-dd HH:mm:ss}Z");
        var lines = new List<(Inbox, string)>();
        foreach (var inbox in inboxes)
        {
            var made = await store.Accounts.CreateKeyAsync(
                new(scopes, [inbox.Address.Value], name, maker?.ExpiresAt)
                {
                    Organization = inbox.Organization,
                    Maker = maker?.Id,
                },
                cancellation);
            lines.Add((inbox, made.Secret));
        }
        return lines;
    }

    static string Cell(string text)
    {
        var defused = text.Length > 0 && FormulaStarts.Contains(text[0]) ? $"'{text}" : text;
        return defused.AsSpan().ContainsAny(Special) ? $"\"{defused.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : defused;
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
