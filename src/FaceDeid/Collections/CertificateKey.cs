using System.Security.Cryptography;

namespace FaceDeid.Collections;

/// <summary>The key that signs certificates, an elliptic curve's. Thread-safe.</summary>
public sealed class CertificateKey : IDisposable
{
    /// <summary>What a signature is: ECDSA over the file's bytes with SHA-256, written as DER, as OpenSSL reads it.</summary>
    public const string Algorithm = "ECDSA-SHA256";

    private readonly ECDsa _key;
    private readonly Lock _using = new();

    private CertificateKey(ECDsa key)
    {
        _key = key;
        Id = Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
        PublicKeyPem = key.ExportSubjectPublicKeyInfoPem();
    }

    /// <summary>SHA-256 of the public key (DER SubjectPublicKeyInfo), lower-case hexadecimal.</summary>
    public string Id { get; }

    /// <summary>The public key, PEM.</summary>
    public string PublicKeyPem { get; }

    /// <summary>Reads a private key.</summary>
    /// <param name="pemFile">
    /// A PEM file, not encrypted, such as <c>openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256</c> writes.
    /// </param>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.ModelUnavailable"/>: it is missing, or holds no private key of an elliptic curve.
    /// </exception>
    public static CertificateKey Load(string pemFile)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(pemFile));
            key.SignData([], HashAlgorithmName.SHA256); // a public key alone cannot
            return new CertificateKey(key);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new FaceDeidException(
                FaceDeidError.ModelUnavailable,
                $"The signing key {pemFile} cannot be used: it must be a PEM file with a private key of an elliptic curve, not "
                + "encrypted. Make one with 'openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256'.",
                e);
        }
    }

    internal byte[] Sign(byte[] data)
    {
        lock (_using)
            return _key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    internal bool IsSignature(byte[] data, byte[] signature)
    {
        lock (_using)
            return _key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
