using System.Security.Cryptography;

namespace FaceDeid.Core;

/// <summary>Secrets that belong to one face of one picture.</summary>
internal static class DataKey
{
    /// <summary>Length of every key that encrypts, in bytes: AES-256.</summary>
    public const int Length = 32;

    /// <summary>Length of a nonce, in bytes: AES-GCM's.</summary>
    public const int NonceLength = 12;

    /// <summary>A key of its own for each purpose (HKDF with SHA-256, RFC 5869), to be zeroed by the caller.</summary>
    public static byte[] Derive(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> purpose)
    {
        var derived = new byte[Length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, derived, salt, purpose);
        return derived;
    }
}
