using System.Security.Cryptography;

namespace FaceDeid.Sealing.Keys;

/// <summary>
/// What opens seals: it wraps the data key of a face, and unwraps what it wrapped. Thread-safe until it is disposed of.
/// </summary>
public abstract class SealingKey : IDisposable
{
    /// <summary>Length of a wrapped data key, in bytes (AES key wrap with padding, RFC 5649).</summary>
    internal const int WrappedLength = 40;

    /// <summary>How it wraps.</summary>
    public abstract KeyKind Kind { get; }

    /// <summary>Names the key without telling it, at most 64 characters; empty: a passphrase has no name.</summary>
    public abstract string Id { get; }

    /// <summary>Wraps a data key of <see cref="DataKey.Length"/> bytes.</summary>
    internal abstract WrappedKey Wrap(ReadOnlySpan<byte> dataKey);

    /// <summary>Unwraps a data key, to be zeroed by the caller; null: this key did not wrap it, or it was altered.</summary>
    internal abstract byte[]? Unwrap(WrappedKey wrapped);

    /// <summary>Zeroes what is secret.</summary>
    public abstract void Dispose();

    private protected static byte[] WrapWith(ReadOnlySpan<byte> key, ReadOnlySpan<byte> dataKey)
    {
        using var aes = Aes.Create();
        aes.SetKey(key);
        return aes.EncryptKeyWrapPadded(dataKey);
    }

    private protected static byte[]? UnwrapWith(ReadOnlySpan<byte> key, ReadOnlySpan<byte> wrapped)
    {
        using var aes = Aes.Create();
        aes.SetKey(key);
        try
        {
            var dataKey = aes.DecryptKeyWrapPadded(wrapped);
            if (dataKey.Length == DataKey.Length)
                return dataKey;
            CryptographicOperations.ZeroMemory(dataKey);
        }
        catch (CryptographicException)
        {
            // Another key's, or altered: the caller says so.
        }

        return null;
    }
}

/// <summary>A data key as a seal carries it.</summary>
/// <param name="Kind">How it is wrapped.</param>
/// <param name="KeyId">Which key wrapped it.</param>
/// <param name="Parameters">What the kind needs beside: nothing, salt and cost, or the ephemeral public key.</param>
/// <param name="Data">The wrapped key.</param>
internal sealed record WrappedKey(KeyKind Kind, string KeyId, byte[] Parameters, byte[] Data)
{
    /// <summary>Length of <see cref="Parameters"/> for a kind, in bytes.</summary>
    public static int ParametersLength(KeyKind kind) => kind switch
    {
        KeyKind.Symmetric => 0,
        KeyKind.Passphrase => Passphrase.SaltLength + sizeof(uint),
        KeyKind.PublicKey => EllipticCurveKey.PointLength,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
