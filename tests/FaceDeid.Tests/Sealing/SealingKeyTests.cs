using System.Buffers.Binary;
using System.Security.Cryptography;
using FaceDeid.Sealing.Keys;
using Xunit;

namespace FaceDeid.Tests.Sealing;

public sealed class SealingKeyTests
{
    private static readonly byte[] DataKey = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public void A_symmetric_key_opens_what_it_wrapped_and_no_other_does()
    {
        using var key = new SymmetricKey(DataKey, "archive");
        using var same = new SymmetricKey(DataKey);
        using var other = new SymmetricKey(RandomNumberGenerator.GetBytes(32), "archive");

        var wrapped = key.Wrap(DataKey);

        Assert.Equal(("archive", 40), (wrapped.KeyId, wrapped.Data.Length));
        Assert.Equal(DataKey, same.Unwrap(wrapped));
        Assert.Null(other.Unwrap(wrapped));
        Assert.Matches("^[0-9a-f]{32}$", same.Id);
        Assert.Throws<ArgumentException>(() =>
        {
            using var shorter = new SymmetricKey(DataKey.AsSpan(1));
        });
    }

    [Fact]
    public void A_passphrase_opens_what_it_wrapped_and_no_other_does()
    {
        using var passphrase = new Passphrase("caf\u00e9 au lait");
        using var same = new Passphrase("caf\u00e9 au lait");
        using var other = new Passphrase("cafe au lait");

        var wrapped = passphrase.Wrap(DataKey);

        Assert.Equal(DataKey, same.Unwrap(wrapped));
        Assert.Null(other.Unwrap(wrapped));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(Passphrase.Iterations - 1)]
    [InlineData(Passphrase.Iterations + 1)]
    public void Only_the_one_number_of_iterations_is_computed(int iterations)
    {
        const string Text = "open sesame";
        using var passphrase = new Passphrase(Text);

        Assert.Equal(DataKey, passphrase.Unwrap(StretchedBy(Text, Passphrase.Iterations)));
        Assert.Null(passphrase.Unwrap(StretchedBy(Text, iterations)));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(uint.MaxValue)]
    public void A_seal_cannot_ask_for_work_without_end(uint iterations)
    {
        using var passphrase = new Passphrase("open sesame");
        var wrapped = passphrase.Wrap(DataKey);
        BinaryPrimitives.WriteUInt32BigEndian(wrapped.Parameters.AsSpan(Passphrase.SaltLength), iterations);

        Assert.Null(passphrase.Unwrap(wrapped));
    }

    [Fact]
    public void A_public_key_wraps_what_only_its_private_key_opens()
    {
        using var pair = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using var publicKey = EllipticCurveKey.FromPem(pair.ExportSubjectPublicKeyInfoPem());
        using var privateKey = EllipticCurveKey.FromPem(pair.ExportPkcs8PrivateKeyPem());
        using var stranger = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using var other = EllipticCurveKey.FromPem(stranger.ExportPkcs8PrivateKeyPem());

        var wrapped = publicKey.Wrap(DataKey);

        Assert.Equal((false, true), (publicKey.CanOpen, privateKey.CanOpen));
        Assert.Equal(publicKey.Id, privateKey.Id);
        Assert.Equal(DataKey, privateKey.Unwrap(wrapped));
        Assert.Null(publicKey.Unwrap(wrapped));
        Assert.Null(other.Unwrap(wrapped));
        Assert.Null(other.Unwrap(wrapped with { KeyId = other.Id }));
        Assert.NotEqual(wrapped.Parameters, publicKey.Wrap(DataKey).Parameters);
    }

    [Fact]
    public void A_point_that_is_not_on_the_curve_opens_nothing()
    {
        using var pair = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using var key = EllipticCurveKey.FromPem(pair.ExportPkcs8PrivateKeyPem());
        var wrapped = key.Wrap(DataKey);
        var beside = wrapped.Parameters.ToArray();
        beside[64] ^= 1;

        Assert.Null(key.Unwrap(wrapped with { Parameters = beside }));
        Assert.Equal(DataKey, key.Unwrap(wrapped));
    }

    [Fact]
    public void Other_keys_are_refused()
    {
        using var curve = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        using var pair = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var encrypted = pair.ExportEncryptedPkcs8PrivateKeyPem(
            "secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));

        Assert.All(
            [curve.ExportSubjectPublicKeyInfoPem(), rsa.ExportPkcs8PrivateKeyPem(), encrypted, "no key", string.Empty], pem =>
                Assert.Throws<ArgumentException>(() =>
                {
                    using var refused = EllipticCurveKey.FromPem(pem);
                }));
    }

    /// <summary>As the class itself wraps, but by another number of iterations.</summary>
    private static WrappedKey StretchedBy(string text, int iterations)
    {
        var parameters = new byte[WrappedKey.ParametersLength(KeyKind.Passphrase)];
        BinaryPrimitives.WriteInt32BigEndian(parameters.AsSpan(Passphrase.SaltLength), iterations);
        var salt = parameters.AsSpan(0, Passphrase.SaltLength);
        using var aes = Aes.Create();
        aes.SetKey(Rfc2898DeriveBytes.Pbkdf2(text, salt, iterations, HashAlgorithmName.SHA256, DataKey.Length));
        return new WrappedKey(KeyKind.Passphrase, string.Empty, parameters, aes.EncryptKeyWrapPadded(DataKey));
    }
}
