using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace FaceDeid.Api.Access;

/// <summary>The key of a token issuer that has no address to ask for it: a PEM file.</summary>
internal static class PublicKeyFile
{
    private const int MinRsaBits = 2048;

    private static readonly Dictionary<string, string> Curves = new(StringComparer.Ordinal)
    {
        ["1.2.840.10045.3.1.7"] = JsonWebKeyECTypes.P256,
        ["1.3.132.0.34"] = JsonWebKeyECTypes.P384,
        ["1.3.132.0.35"] = JsonWebKeyECTypes.P521,
    };

    /// <summary>Reads the key.</summary>
    /// <exception cref="StartupException">The file cannot be read, or is no public key that signs tokens.</exception>
    public static SecurityKey Read(string file)
    {
        try
        {
            var pem = File.ReadAllText(file);
            // Whoever can read a private key here could make tokens: it must not lie about.
            return !pem.Contains("PRIVATE KEY", StringComparison.Ordinal)
                && ((SecurityKey?)Rsa(pem) ?? EllipticCurve(pem)) is { } key ? key : throw Unusable(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException
            or NotSupportedException)
        {
            throw Unusable(file, e);
        }
    }

    private static RsaSecurityKey? Rsa(string pem)
    {
        using var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            return null; // a key, but of another kind
        }

        return rsa.KeySize >= MinRsaBits ? new RsaSecurityKey(rsa.ExportParameters(includePrivateParameters: false)) : null;
    }

    private static JsonWebKey EllipticCurve(string pem)
    {
        using var curve = ECDsa.Create();
        curve.ImportFromPem(pem);
        var key = curve.ExportParameters(includePrivateParameters: false);
        return new JsonWebKey
        {
            Kty = JsonWebAlgorithmsKeyTypes.EllipticCurve,
            Crv = Curves.GetValueOrDefault(key.Curve.Oid.Value ?? string.Empty)
                ?? throw new NotSupportedException("The curve is another one."),
            X = Base64UrlEncoder.Encode(key.Q.X!),
            Y = Base64UrlEncoder.Encode(key.Q.Y!),
        };
    }

    private static StartupException Unusable(string file, Exception? innerException = null) => new(
        $"FaceDeid does not start. FaceDeid:Security:Jwt:PublicKeyFile cannot be used: {file} must be the PEM file of a public "
        + $"key, RSA of at least {MinRsaBits} bits or of the curves P-256, P-384 or P-521 ('openssl pkey -in "
        + "private.pem -pubout').",
        innerException);
}
