using System.Security.Cryptography;

namespace FaceDeid.Sealing.Keys;

/// <summary>
/// A key on the curve P-256: its public half wraps, with a fresh ephemeral key each time (ECDH, then HKDF over both public keys);
/// only its private half unwraps.
/// </summary>
public sealed class EllipticCurveKey : SealingKey
{
    /// <summary>An uncompressed point (SEC 1, section 2.3.3): 4, x, y.</summary>
    internal const int PointLength = 65;

    private const int CoordinateLength = 32;

    private readonly ECDiffieHellman _key;
    private readonly byte[] _point;
    private readonly bool _isPrivate;
    private readonly Lock _using = new();

    private EllipticCurveKey(ECDiffieHellman key, bool isPrivate)
    {
        _key = key;
        _isPrivate = isPrivate;
        _point = PointOf(key.ExportParameters(includePrivateParameters: false));
        Id = Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
    }

    /// <inheritdoc/>
    public override KeyKind Kind => KeyKind.PublicKey;

    /// <summary>SHA-256 of the public key (DER SubjectPublicKeyInfo), lower-case hexadecimal.</summary>
    public override string Id { get; }

    /// <summary>Whether it can open what its public half sealed.</summary>
    public bool CanOpen => _isPrivate;

    /// <summary>Reads a public or private key.</summary>
    /// <param name="pem">
    /// PEM, not encrypted, such as <c>openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256</c> writes.
    /// </param>
    /// <exception cref="ArgumentException">It is no key of that curve.</exception>
    public static EllipticCurveKey FromPem(string pem)
    {
        var key = ECDiffieHellman.Create();
        try
        {
            key.ImportFromPem(pem);
            if (!string.Equals(
                key.ExportParameters(includePrivateParameters: false).Curve.Oid?.Value,
                ECCurve.NamedCurves.nistP256.Oid.Value, StringComparison.Ordinal))
                throw new ArgumentException("The key is on another curve than P-256.", nameof(pem));
            return new EllipticCurveKey(key, IsPrivate(key));
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new ArgumentException("It is no PEM key of the curve P-256, or it is encrypted.", nameof(pem), e);
        }
    }

    internal override WrappedKey Wrap(ReadOnlySpan<byte> dataKey)
    {
        using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var point = PointOf(ephemeral.ExportParameters(includePrivateParameters: false));
        lock (_using)
        {
            using var mine = _key.PublicKey;
            var key = Agreed(ephemeral, mine, point);
            var wrapped = WrapWith(key, dataKey);
            CryptographicOperations.ZeroMemory(key);
            return new WrappedKey(Kind, Id, point, wrapped);
        }
    }

    internal override byte[]? Unwrap(WrappedKey wrapped)
    {
        if (!_isPrivate || wrapped.Kind != Kind || !string.Equals(wrapped.KeyId, Id, StringComparison.Ordinal)
            || wrapped.Parameters[0] != 4)
            return null;
        try
        {
            using var sender = ECDiffieHellman.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint
                {
                    X = wrapped.Parameters[1..(1 + CoordinateLength)],
                    Y = wrapped.Parameters[(1 + CoordinateLength)..],
                },
            });
            lock (_using)
            {
                using var ephemeral = sender.PublicKey;
                var key = Agreed(_key, ephemeral, wrapped.Parameters);
                var dataKey = UnwrapWith(key, wrapped.Data);
                CryptographicOperations.ZeroMemory(key);
                return dataKey;
            }
        }
        catch (CryptographicException)
        {
            return null; // the point is not on the curve
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => _key.Dispose();

    // Bound to both public keys, so that one agreement cannot pass for another's.
    private byte[] Agreed(ECDiffieHellman own, ECDiffieHellmanPublicKey other, byte[] ephemeral)
    {
        var secret = own.DeriveRawSecretAgreement(other);
        var key = DataKey.Derive(secret, [.. ephemeral, .. _point], "FaceDeid seal v1 ecdh p-256"u8);
        CryptographicOperations.ZeroMemory(secret);
        return key;
    }

    private static byte[] PointOf(ECParameters key) => [4, .. key.Q.X!, .. key.Q.Y!];

    private static bool IsPrivate(ECDiffieHellman key)
    {
        try
        {
            CryptographicOperations.ZeroMemory(key.ExportParameters(includePrivateParameters: true).D);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
