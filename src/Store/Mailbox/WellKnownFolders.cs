using System.Collections.Frozen;
using AgentPost.Store.Model;

namespace AgentPost.Store.Mailbox;

/// <summary>
/// Names that mail clients give to folders with a special use (RFC 6154 §2) without declaring the use. Sent, Drafts and
/// Trash are not included, because every inbox has these folders.
/// </summary>
static class WellKnownFolders
{
    const string Archive = @"\Archive";
    const string Junk = @"\Junk";

    static readonly FrozenDictionary<string, string> Uses = new[]
    {
        (Junk, new[]
        {
            "Junk", "Junk E-mail", "Junk Email", "Junk Mail", "Spam", "Bulk Mail",
            "Junk-E-Mail", "Spamverdacht", "Courrier indésirable", "Indésirables", "Pourriel", "Correo no deseado", "Correo basura",
            "Posta indesiderata", "Lixo eletrônico", "Lixo electrónico", "Ongewenste e-mail", "Skräppost", "Uønsket e-post", "Søppelpost", "Uønsket mail",
            "Roskaposti", "Wiadomości-śmieci", "Нежелательная почта", "Спам", "迷惑メール", "垃圾邮件", "垃圾郵件", "스팸",
        }),
        (Archive, new[]
        {
            "Archive", "Archives", "Archiv", "Archivo", "Archivos", "Archivio", "Arquivo", "Arquivo Morto", "Archief", "Arkiv", "Arkisto", "Archiwum",
            "Архив", "アーカイブ", "存档", "归档", "封存", "보관함",
        }),
    }.SelectMany(use => use.Item2.Select(name => KeyValuePair.Create(name, use.Item1))).ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns the special use of a folder with this name, or null if it has none.</summary>
    public static string? UseOf(FolderName name) => Uses.GetValueOrDefault(name.Value);
}
