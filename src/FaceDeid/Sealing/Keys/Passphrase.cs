using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace FaceDeid.Sealing.Keys;

/// <summary>
/// A passphrase, stretched by PBKDF2 with HMAC-SHA256 (RFC 8018). One salt serves all faces of a seal: their data keys are
/// random.
/// </summary>
public sealed class Passphrase : SealingKey
{
    internal const int SaltLength = 16;

    /// <summary>
    /// What OWASP asks for (Password Storage Cheat Sheet). No other number was ever written, and none is computed: fewer would
    /// make guessing cheap, more would let a seal ask for work.
    /// </summary>
    internal const int Iterations = 600_000;

    /// <summary>A seal may name so many salts: each costs the work of <see cref="Iterations"/>.</summary>
    internal const int MostSalts = 4;

    private readonly byte[] _text;
    private readonly byte[] _own = RandomNumberGenerator.GetBytes(SaltLength);
    private readonly Dictionary<string, byte[]> _stretched = new(StringComparer.Ordinal);
    private readonly Lock _stretching = new();

    /// <summary>Takes a passphrase, as UTF-8 and otherwise as it is.</summary>
    public Passphrase(string text) => _text = Encoding.UTF8.GetBytes(text);

    /// <inheritdoc/>
    public override KeyKind Kind => KeyKind.Passphrase;

    /// <inheritdoc/>
    public override string Id => string.Empty;

    internal override WrappedKey Wrap(ReadOnlySpan<byte> dataKey)
    {
        var parameters = new byte[WrappedKey.ParametersLength(Kind)];
        _own.CopyTo(parameters, 0);
        BinaryPrimitives.WriteUInt32BigEndian(parameters.AsSpan(SaltLength), Iterations);
        return new WrappedKey(Kind, Id, parameters, WrapWith(Stretched(parameters)!, dataKey));
    }

    internal override byte[]? Unwrap(WrappedKey wrapped) =>
        wrapped.Kind == Kind && Stretched(wrapped.Parameters) is { } key ? UnwrapWith(key, wrapped.Data) : null;

    /// <inheritdoc/>
    public override void Dispose()
    {
        // Work that its caller has given up may still be stretching.
        lock (_stretching)
        {
            CryptographicOperations.ZeroMemory(_text);
            foreach (var key in _stretched.Values)
                CryptographicOperations.ZeroMemory(key);
        }
    }

    private byte[]? Stretched(byte[] parameters)
    {
        var name = Convert.ToHexString(parameters);
        var iterations = BinaryPrimitives.ReadUInt32BigEndian(parameters.AsSpan(SaltLength));
        lock (_stretching)
        {
            if (_stretched.TryGetValue(name, out var known))
                return known;
            if (_stretched.Count == MostSalts || iterations != Iterations)
                return null;
            var salt = parameters.AsSpan(0, SaltLength);
            return _stretched[name] = Rfc2898DeriveBytes.Pbkdf2(
                _text, salt, Iterations, HashAlgorithmName.SHA256, DataKey.Length);
        }
    }
}
