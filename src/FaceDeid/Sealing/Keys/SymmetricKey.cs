using System.Security.Cryptography;

namespace FaceDeid.Sealing.Keys;

/// <summary>32 secret bytes, shared by whoever seals and whoever opens.</summary>
public sealed class SymmetricKey : SealingKey
{
    private readonly byte[] _wrapping;

    /// <summary>Takes a key; the caller's copy stays the caller's to zero.</summary>
    /// <param name="key">32 random bytes.</param>
    /// <param name="id">Its name; null: a fingerprint of it, 32 hexadecimal digits.</param>
    /// <exception cref="ArgumentException">It has another length.</exception>
    public SymmetricKey(ReadOnlySpan<byte> key, string? id = null)
    {
        if (key.Length != DataKey.Length)
            throw new ArgumentException($"A key has {DataKey.Length} bytes.", nameof(key));
        _wrapping = DataKey.Derive(key, salt: [], "FaceDeid seal v1 symmetric"u8);
        Id = id ?? Fingerprint(key);
    }

    /// <summary>Reads a key; null: it is not 32 bytes in Base64, as <c>openssl rand -base64 32</c> writes them.</summary>
    /// <param name="base64">The key; spaces and line ends are passed over.</param>
    /// <param name="id">Its name; null: its fingerprint.</param>
    public static SymmetricKey? FromBase64(string base64, string? id = null)
    {
        Span<byte> key = stackalloc byte[DataKey.Length];
        try
        {
            return Convert.TryFromBase64String(base64, key, out var length) && length == DataKey.Length
                ? new SymmetricKey(key, id)
                : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <inheritdoc/>
    public override KeyKind Kind => KeyKind.Symmetric;

    /// <inheritdoc/>
    public override string Id { get; }

    internal override WrappedKey Wrap(ReadOnlySpan<byte> dataKey) => new(Kind, Id, [], WrapWith(_wrapping, dataKey));

    internal override byte[]? Unwrap(WrappedKey wrapped) => wrapped.Kind == Kind ? UnwrapWith(_wrapping, wrapped.Data) : null;

    /// <inheritdoc/>
    public override void Dispose() => CryptographicOperations.ZeroMemory(_wrapping);

    private static string Fingerprint(ReadOnlySpan<byte> key) =>
        Convert.ToHexStringLower(DataKey.Derive(key, salt: [], "FaceDeid seal v1 key id"u8).AsSpan(0, 16));
}
