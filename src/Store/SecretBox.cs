using System.Security.Cryptography;
using System.Text;

namespace AgentPost.Store;

/// <summary>
/// Encrypts the passwords that must be known again (AES-256-GCM) with a key that is not in the database: given by the settings, else in a file of the data folder that only
/// its owner can read, made when it is first needed. What is encrypted for one place opens in no other.
/// </summary>
/// <param name="key">32 octets; null: from the file.</param>
sealed class SecretBox(string dataFolder, byte[]? key)
{
    public const int KeyOctets = 32;

    const byte Version = 1;
    const int NonceOctets = 12;
    const int TagOctets = 16;
    const string FileName = "secrets.key";
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    readonly Lock _lock = new();
    byte[]? _key = key;

    /// <param name="place">Where it is kept: inbox and field.</param>
    public byte[] Seal(string secret, string place)
    {
        var plain = Encoding.UTF8.GetBytes(secret);
        var box = new byte[1 + NonceOctets + TagOctets + plain.Length];
        box[0] = Version;
        RandomNumberGenerator.Fill(box.AsSpan(1, NonceOctets));
        using var cipher = new AesGcm(Key(), TagOctets);
        cipher.Encrypt(Nonce(box), plain, box.AsSpan(1 + NonceOctets + TagOctets), Tag(box), Encoding.UTF8.GetBytes(place));
        return box;
    }

    /// <summary>Null: it was sealed with another key, or for another place.</summary>
    public string? Open(byte[] box, string place)
    {
        if (box.Length < 1 + NonceOctets + TagOctets || box[0] != Version)
        {
            return null;
        }
        var plain = new byte[box.Length - 1 - NonceOctets - TagOctets];
        using var cipher = new AesGcm(Key(), TagOctets);
        try
        {
            cipher.Decrypt(Nonce(box), box.AsSpan(1 + NonceOctets + TagOctets), Tag(box), plain, Encoding.UTF8.GetBytes(place));
            return Encoding.UTF8.GetString(plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    static Span<byte> Nonce(byte[] box) => box.AsSpan(1, NonceOctets);

    static Span<byte> Tag(byte[] box) => box.AsSpan(1 + NonceOctets, TagOctets);

    byte[] Key()
    {
        lock (_lock)
        {
            return _key ??= ReadOrMake(Path.Combine(dataFolder, FileName));
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

    // Whole or not at all, and never over one that another program has just made.
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
