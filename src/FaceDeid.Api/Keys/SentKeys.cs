using FaceDeid.Api.Forms;
using FaceDeid.Sealing.Keys;

namespace FaceDeid.Api.Keys;

/// <summary>The keys of a request: those that it sent, zeroed when it ends, and those that it named.</summary>
internal sealed class SentKeys(KeyRing ring) : IDisposable
{
    /// <summary>What the header is for.</summary>
    public const string HeaderText =
        "A key, 32 random bytes in Base64 (`openssl rand -base64 32`), which the service forgets with the request.";

    public const int LongestPassphrase = 1024;
    public const int LongestPem = 4096;

    private readonly List<SealingKey> _sent = [];

    /// <summary>The keys of a form's fields and of the header.</summary>
    public IReadOnlyList<SealingKey> Read(string? keyId, string? passphrase, string? header)
    {
        var keys = new List<SealingKey>();
        if (keyId is not null)
            keys.Add(Named(keyId, "keyId"));
        if (passphrase is not null)
            keys.Add(Passphrase(passphrase));
        if (!string.IsNullOrEmpty(header))
        {
            keys.Add(Symmetric(header)
                ?? throw FormBinder.Invalid(
                    FaceDeidHeaders.SealingKey,
                    "must be 32 bytes in Base64: 44 characters. Make a key with 'openssl rand -base64 32'."));
        }

        return keys;
    }

    /// <summary>The same, of which each can open.</summary>
    public IReadOnlyList<SealingKey> ReadForOpening(string? keyId, string? passphrase, string? header, string? privateKey)
    {
        var keys = Read(keyId, passphrase, header).ToList();
        if (keys.Exists(key => key is EllipticCurveKey { CanOpen: false }))
            throw FormBinder.Invalid("keyId", "names a public key, which can seal and not open. Send the 'privateKey'.");
        if (privateKey is not null)
        {
            keys.Add(EllipticCurve(privateKey) is { CanOpen: true } key
                ? key
                : throw FormBinder.Invalid("privateKey", "must be a PEM private key of the curve P-256, not encrypted."));
        }

        return keys;
    }

    /// <summary>A key of the configuration.</summary>
    public SealingKey Named(string id, string field) => ring.Find(id)
        ?? throw FormBinder.Invalid(
            field, "names a key that this service does not have. GET /v1/capabilities lists those it has.");

    /// <summary>A passphrase.</summary>
    public SealingKey Passphrase(string text) => Kept(new Passphrase(text));

    /// <summary>32 bytes in Base64; null: they are something else.</summary>
    public SealingKey? Symmetric(string base64) => SymmetricKey.FromBase64(base64) is { } key ? Kept(key) : null;

    /// <summary>A public or private key; null: it is something else.</summary>
    public EllipticCurveKey? EllipticCurve(string pem)
    {
        try
        {
            return Kept(EllipticCurveKey.FromPem(pem));
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        foreach (var key in _sent)
            key.Dispose();
    }

    private T Kept<T>(T key)
        where T : SealingKey
    {
        _sent.Add(key);
        return key;
    }
}
