using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace AgentPost.Store.Access;

/// <summary>
/// Secrets of keys: <c>ap_sk_</c> and 32 random bytes as 43 digits in base 62. They need no slow hash, because a random
/// value of this length cannot be guessed.
/// </summary>
static class KeySecret
{
    public const string Prefix = "ap_sk_";
    public const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const int RandomOctets = 32;

    // 62⁴³ > 2²⁵⁶ > 62⁴²
    public const int Digits = 43;

    public static string New() => Format(RandomNumberGenerator.GetBytes(RandomOctets));

    /// <summary>Returns the SHA-256 hash of a secret. Only the hash is stored.</summary>
    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    internal static string Format(ReadOnlySpan<byte> octets)
    {
        Span<char> digits = stackalloc char[Digits];
        var number = new BigInteger(octets, isUnsigned: true, isBigEndian: true);
        for (var i = Digits - 1; i >= 0; i--)
        {
            number = BigInteger.DivRem(number, Alphabet.Length, out var digit);
            digits[i] = Alphabet[(int)digit];
        }
        return string.Concat(Prefix, digits);
    }
}
