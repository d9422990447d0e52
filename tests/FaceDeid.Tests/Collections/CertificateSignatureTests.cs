using System.Security.Cryptography;
using System.Text;
using FaceDeid.Collections;
using FaceDeid.Tests.Donors;
using Xunit;

namespace FaceDeid.Tests.Collections;

/// <summary>Signed certificates, and keys that cannot sign.</summary>
public sealed class CertificateSignatureTests
{
    [Fact]
    public async Task A_signed_certificate_is_verified_by_its_key_only_and_as_it_was_signed_only()
    {
        using var folder = new TemporaryFolder();
        using var key = CertificateKey.Load(PemOfNewKey(folder, "key"));
        using var otherKey = CertificateKey.Load(PemOfNewKey(folder, "other"));
        var result = await Collected.OfAsync(
            Collected.Johns.Take(2).Select(john => john.File), new CollectionOptions { K = 2 },
            parts: Engine.CollectionParts with { Key = key });
        var (json, signature) = (result.FileOf(Certificate.FileName), result.FileOf(Certificate.SignatureFileName));

        Assert.Equal(new CertificateSignature("ECDSA-SHA256", key.Id), result.Certificate.Signature);
        Assert.Equal("chips/0000.png chips/0001.png certificate.json certificate.json.sig", Collected.Names(result.Files));
        Assert.True(Signature(json, signature, key));
        Assert.Null(Signature(json, signature, otherKey));
        Assert.Null(Signature(json, signature, null));
        Assert.False(Signature(json, null, key));
        Assert.False(Signature([.. json, (byte)'\n'], signature, key));
        Assert.False(Signature(json, [.. signature.SkipLast(1), (byte)(signature[^1] ^ 1)], key));
        Assert.False(Signature(json, [], key));
        Assert.False(Signature(
            Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json).Replace(key.Id, otherKey.Id, StringComparison.Ordinal)),
            signature, otherKey));

        bool? Signature(byte[] certificate, byte[]? sig, CertificateKey? with)
        {
            var verdict = CertificateVerifier.Verify(certificate, sig, new CollectionContent(result.Hashes()), with);
            var check = verdict.Checks.Single(check => check.Name is "signature");
            Assert.Equal(check.Passed == true || (with is null && check.Passed is null), verdict.Valid);
            var expected = check.Passed switch
            {
                true => CollectionVerdict.Valid,
                null => CollectionVerdict.Unsigned,
                _ => CollectionVerdict.Invalid,
            };
            Assert.Equal(expected, verdict.Verdict);
            Assert.Equal(check.Passed != true, verdict.NotChecked[0].StartsWith("Who wrote", StringComparison.Ordinal));
            Refusal.Checked(check.Detail);
            return check.Passed;
        }
    }

    [Fact]
    public async Task Anybody_can_check_a_signature_with_the_public_key()
    {
        using var folder = new TemporaryFolder();
        using var key = CertificateKey.Load(PemOfNewKey(folder, "key"));
        var result = await Collected.OfAsync(
            Collected.Johns.Take(2).Select(john => john.File), new CollectionOptions { K = 2 },
            parts: Engine.CollectionParts with { Key = key });
        using var publicKey = ECDsa.Create();
        publicKey.ImportFromPem(key.PublicKeyPem);

        Assert.True(publicKey.VerifyData(
            result.FileOf(Certificate.FileName), result.FileOf(Certificate.SignatureFileName),
            HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        Assert.Equal(key.Id, Collected.Sha256(publicKey.ExportSubjectPublicKeyInfo()));
        Assert.Equal(result.Certificate.Signature!.KeyId, key.Id);
        Assert.DoesNotContain("PRIVATE", key.PublicKeyPem, StringComparison.Ordinal);
        Assert.ThrowsAny<CryptographicException>(() => publicKey.SignData([], HashAlgorithmName.SHA256));
    }

    [Fact]
    public async Task A_signature_for_a_certificate_that_says_it_is_not_signed_does_not_belong_to_it()
    {
        using var folder = new TemporaryFolder();
        using var key = CertificateKey.Load(PemOfNewKey(folder, "key"));
        var json = (await Collected.JohnsAsync(new CollectionOptions { K = 2 })).FileOf(Certificate.FileName);

        var checks = CertificateVerifier.Verify(
            json, key.Sign(json), new CollectionContent(new Dictionary<string, string>(StringComparer.Ordinal)), key).Checks;

        Assert.False(checks.Single(check => check.Name is "signature").Passed);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("public")]
    [InlineData("rsa")]
    [InlineData("encrypted")]
    [InlineData("garbage")]
    [InlineData("empty")]
    public void A_file_that_holds_no_key_to_sign_with_is_refused(string what)
    {
        using var folder = new TemporaryFolder();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        var file = folder.File("key.pem");
        var text = what switch
        {
            "public" => key.ExportSubjectPublicKeyInfoPem(),
            "rsa" => rsa.ExportPkcs8PrivateKeyPem(),
            "encrypted" => key.ExportEncryptedPkcs8PrivateKeyPem(
                "password", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)),
            "garbage" => $"-----BEGIN PRIVATE KEY-----\n{Refusal.Marker}\n-----END PRIVATE KEY-----",
            _ => string.Empty,
        };
        if (what is not "missing")
            File.WriteAllText(file, text);

        Refusal.Of(FaceDeidError.ModelUnavailable, "cannot be used", () => CertificateKey.Load(file).Dispose());
    }

    private static string PemOfNewKey(TemporaryFolder folder, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(folder.File(name), key.ExportPkcs8PrivateKeyPem());
        return folder.File(name);
    }
}
