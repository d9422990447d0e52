using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace FaceDeid.Api.Tests;

/// <summary>An issuer of JSON web tokens (RFC 7519), written by hand, so that it can make those that no library makes.</summary>
internal sealed class AccessTokens : IDisposable
{
    public const string Issuer = "https://issuer.example";
    public const string Audience = "facedeid-of-these-tests";

    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("facedeid-jwt-");

    public string PublicPem => _rsa.ExportSubjectPublicKeyInfoPem();

    public string PrivatePem => _rsa.ExportPkcs8PrivateKeyPem();

    /// <summary>Settings that trust the RSA key.</summary>
    public (string Key, string Value)[] Settings => SettingsWith(PublicPem);

    /// <summary>Settings that trust the key of the elliptic curve.</summary>
    public (string Key, string Value)[] CurveSettings => SettingsWith(_curve.ExportSubjectPublicKeyInfoPem());

    /// <summary>The public key as an issuer's address gives it.</summary>
    public string KeySet => JsonSerializer.Serialize(new { keys = new[] { Jwk(_rsa) } });

    public (string Key, string Value)[] SettingsWith(string pem)
    {
        var file = Path.Combine(_folder.FullName, $"{Guid.NewGuid():N}.pem");
        File.WriteAllText(file, pem);
        return
        [
            ("FaceDeid:Security:Jwt:Issuer", Issuer), ("FaceDeid:Security:Jwt:Audience", Audience),
            ("FaceDeid:Security:Jwt:PublicKeyFile", file),
        ];
    }

    /// <summary>Claims of a good token, with others in their place or beside them; null takes one away.</summary>
    public static Dictionary<string, object> Claims(params (string Name, object? Value)[] others)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["iss"] = Issuer,
            ["aud"] = Audience,
            ["sub"] = "alice",
            ["iat"] = now,
            ["exp"] = now + 300,
        };
        Change(claims, others);
        return claims;
    }

    /// <summary>A token that is as it should be, but for those claims.</summary>
    public string Good(params (string Name, object? Value)[] others) => Rsa(Claims(others), _rsa);

    public string OnCurve() => Make("ES256", Claims(), data => _curve.SignData(data, HashAlgorithmName.SHA256));

    /// <summary>By a key that nobody trusts, of the name of the trusted one or of another, or in the token itself.</summary>
    public static string SignedByAnother(string kid = "1", bool withItsKey = false)
    {
        using var another = RSA.Create(2048);
        (string, object?) key = ("jwk", withItsKey ? Jwk(another) : null);
        return Rsa(Claims(), another, [("kid", kid), key]);
    }

    /// <summary>Rightly signed, with others in place of what its head says; null takes one away.</summary>
    public string With(params (string Name, object? Value)[] head) => Rsa(Claims(), _rsa, head);

    /// <summary>A good token within a token.</summary>
    public string Nested() => Make("RS256", Encoding.ASCII.GetBytes(Good()), Signature(_rsa), [("cty", "JWT")]);

    /// <summary>In five parts (RFC 7516), which only its key opens.</summary>
    public static string Encrypted() =>
        $"{Encode(new { alg = "dir", enc = "A128CBC-HS256", typ = "JWT" })}..AAAAAAAAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA";

    public static string Unsigned(string algorithm) => Make(algorithm, Claims(), _ => []);

    /// <summary>Signed with a shared secret: the bytes of the public key, which everybody has.</summary>
    public static string SignedWithSecret(byte[] secret) => Make("HS256", Claims(), data => HMACSHA256.HashData(secret, data));

    public static string Altered(string token)
    {
        var parts = token.Split('.');
        return $"{parts[0]}.{Encode(Claims(("sub", "mallory")))}.{parts[2]}";
    }

    public byte[] PublicDer() => _rsa.ExportSubjectPublicKeyInfo();

    public void Dispose()
    {
        _rsa.Dispose();
        _curve.Dispose();
        _folder.Delete(recursive: true);
    }

    private static string Rsa(object claims, RSA key, params (string Name, object? Value)[] head) =>
        Make("RS256", claims, Signature(key), head);

    private static Func<byte[], byte[]> Signature(RSA key) => data =>
        key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    private static string Make(
        string algorithm, object claims, Func<byte[], byte[]> sign, params (string Name, object? Value)[] others) =>
        Make(algorithm, JsonSerializer.SerializeToUtf8Bytes(claims), sign, others);

    private static string Make(
        string algorithm, byte[] payload, Func<byte[], byte[]> sign, params (string Name, object? Value)[] others)
    {
        var head = new Dictionary<string, object>(StringComparer.Ordinal) { ["alg"] = algorithm, ["typ"] = "JWT", ["kid"] = "1" };
        Change(head, others);
        var content = $"{Encode(head)}.{Base64Url.EncodeToString(payload)}";
        return $"{content}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(content)))}";
    }

    private static void Change(Dictionary<string, object> values, (string Name, object? Value)[] others)
    {
        foreach (var (name, value) in others)
        {
            values.Remove(name);
            if (value is not null)
                values[name] = value;
        }
    }

    private static Dictionary<string, string> Jwk(RSA key)
    {
        var numbers = key.ExportParameters(includePrivateParameters: false);
        return new(StringComparer.Ordinal)
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["kid"] = "1",
            ["n"] = Base64Url.EncodeToString(numbers.Modulus),
            ["e"] = Base64Url.EncodeToString(numbers.Exponent),
        };
    }

    private static string Encode(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
}
