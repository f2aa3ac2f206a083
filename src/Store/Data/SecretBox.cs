using System.Security.Cryptography;
using System.Text;
using AgentPost.Store.Model;

namespace AgentPost.Store.Data;

/// <summary>
/// Encrypts the secrets that the server must be able to decrypt later (AES-256-GCM): passwords of remote accounts, DKIM
/// keys, webhook secrets. The key is not stored in the database: it is a setting, or a file in the data folder that
/// only its owner can read. A secret can be decrypted only for the place (<see cref="SecretPlace"/>) that it was
/// encrypted for. Thread-safe.
/// </summary>
/// <param name="key">32 bytes. Null: read from the file.</param>
/// <param name="missing">Behavior if the file does not exist.</param>
sealed class SecretBox(string dataFolder, byte[]? key, MissingSecretsKey missing = MissingSecretsKey.Create)
{
    public const int KeyOctets = 32;

    const byte Version = 1;
    const int NonceOctets = 12;
    const int TagOctets = 16;
    const string FileName = "secrets.key";
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    readonly Lock _lock = new();
    byte[]? _key = key;

    public byte[] Seal(string secret, string place) => Seal(Encoding.UTF8.GetBytes(secret), place);

    public byte[] Seal(ReadOnlySpan<byte> secret, string place)
    {
        var box = new byte[1 + NonceOctets + TagOctets + secret.Length];
        box[0] = Version;
        RandomNumberGenerator.Fill(box.AsSpan(1, NonceOctets));
        var key = FindKey() ?? throw new StoreSetupException(
            $"There is no {FileName} in {dataFolder}. Set AGENTPOST_DATA or AGENTPOST_SECRETS__KEY as for the server, "
            + "and start the server once before this command.");
        using var cipher = new AesGcm(key, TagOctets);
        cipher.Encrypt(Nonce(box), secret, box.AsSpan(1 + NonceOctets + TagOctets), Tag(box), Encoding.UTF8.GetBytes(place));
        return box;
    }

    /// <summary>
    /// Decrypts a secret. Returns null if there is no key, or if the secret was encrypted with another key or for
    /// another place.
    /// </summary>
    public string? Open(byte[] box, string place) =>
        OpenBytes(box, place) is { } plain ? Encoding.UTF8.GetString(plain) : null;

    /// <summary>Same as <see cref="Open"/> for a secret that is not text.</summary>
    public byte[]? OpenBytes(byte[] box, string place)
    {
        if (box.Length < 1 + NonceOctets + TagOctets || box[0] != Version || FindKey() is not { } key)
        {
            return null;
        }
        var plain = new byte[box.Length - 1 - NonceOctets - TagOctets];
        using var cipher = new AesGcm(key, TagOctets);
        try
        {
            cipher.Decrypt(Nonce(box), box.AsSpan(1 + NonceOctets + TagOctets), Tag(box), plain, Encoding.UTF8.GetBytes(place));
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <summary>True if there is a key. Creates it first if that is allowed.</summary>
    public bool HasKey() => FindKey() is not null;

    static Span<byte> Nonce(byte[] box) => box.AsSpan(1, NonceOctets);

    static Span<byte> Tag(byte[] box) => box.AsSpan(1 + NonceOctets, TagOctets);

    byte[]? FindKey()
    {
        lock (_lock)
        {
            var path = Path.Combine(dataFolder, FileName);
            return _key ??= missing is MissingSecretsKey.Create || File.Exists(path) ? ReadOrMake(path) : null;
        }
    }

    static byte[] ReadOrMake(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                Make(path);
            }
            var key = File.ReadAllBytes(path);
            return key.Length == KeyOctets ? key : throw new StoreSetupException($"{path} is no key of {KeyOctets} octets: put the right file back, or set Secrets:Key.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreSetupException($"The key file {path} cannot be used ({failure.Message}): make it readable, or set Secrets:Key.", failure);
        }
    }

    // Writes the file completely or not at all, and never overwrites a file that another process has just created.
    static void Make(string path)
    {
        var draft = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }
        using (var file = new FileStream(draft, options))
        {
            file.Write(RandomNumberGenerator.GetBytes(KeyOctets));
            file.Flush(flushToDisk: true);
        }
        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
        }
    }
}

/// <summary>
/// The behavior of a process whose data folder has no secrets key. A command whose settings differ from the server's
/// must not create a key that the server does not have.
/// </summary>
public enum MissingSecretsKey
{
    Create,
    DoWithout,
}
