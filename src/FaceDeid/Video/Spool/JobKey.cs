using System.Security.Cryptography;
using System.Text;

namespace FaceDeid.Video.Spool;

/// <summary>
/// The secret under which all of one job is written: 32 random bytes. Without it what lies on the disk is noise. Each object has
/// a key of its own, derived from this one.
/// </summary>
public sealed class JobKey : IDisposable
{
    private const int NonceLength = DataKey.NonceLength;
    private const int BareLength = NonceLength + DataKey.Length + SealedFormat.TagLength; // as they were at first
    private const int WrappedLength = WrappingKey.FingerprintLength + BareLength;

    private readonly byte[] _secret;
    private readonly Lock _using = new();
    private bool _isGone;

    private JobKey(byte[] secret) => _secret = secret;

    /// <summary>A new key, which is in memory only.</summary>
    public static JobKey Create() => new(RandomNumberGenerator.GetBytes(DataKey.Length));

    /// <summary>Whether it was forgotten, because its job was deleted.</summary>
    internal bool IsGone
    {
        get
        {
            lock (_using)
                return _isGone;
        }
    }

    /// <summary>
    /// The key that <see cref="Wrap"/> wrote; null: it was wrapped for another job or by another key, or altered.
    /// </summary>
    internal static JobKey? Unwrap(ReadOnlySpan<byte> wrapped, string job, WrappingKeys keys)
    {
        foreach (var wrapping in keys.All)
        {
            if (IsUnder(wrapped, wrapping) && Open(wrapped[WrappingKey.FingerprintLength..], job, wrapping) is { } key)
                return key;
            if (wrapped.Length == BareLength && Open(wrapped, job, wrapping) is { } bare)
                return bare;
        }

        return null;
    }

    /// <summary>Whether a wrapped key says that it is under this one.</summary>
    internal static bool IsUnder(ReadOnlySpan<byte> wrapped, WrappingKey wrapping) =>
        wrapped.Length == WrappedLength && wrapped.StartsWith(wrapping.Fingerprint.Span);

    /// <summary>
    /// The key as it may lie on a disk: the wrapping key's fingerprint, nonce, ciphertext and tag, which fit this job only.
    /// </summary>
    internal byte[] Wrap(string job, WrappingKey wrapping)
    {
        var wrapped = new byte[WrappedLength];
        wrapping.Fingerprint.Span.CopyTo(wrapped);
        var bare = wrapped.AsSpan(WrappingKey.FingerprintLength);
        var nonce = bare[..NonceLength];
        RandomNumberGenerator.Fill(nonce);
        using var cipher = wrapping.Cipher();
        cipher.Encrypt(
            nonce, _secret, bare[NonceLength..^SealedFormat.TagLength], bare[^SealedFormat.TagLength..],
            Encoding.UTF8.GetBytes(job));
        return wrapped;
    }

    /// <summary>The cipher of one writing of one object; the caller owns it.</summary>
    internal AesGcm ObjectCipher(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> purpose)
    {
        lock (_using)
        {
            if (_isGone)
                throw SealedFormat.LostKey();
            var derived = DataKey.Derive(_secret, salt, purpose);
            try
            {
                return new AesGcm(derived, SealedFormat.TagLength);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(derived);
            }
        }
    }

    /// <summary>Forgets the key: nothing of its job can be read any more.</summary>
    public void Dispose()
    {
        lock (_using)
        {
            _isGone = true;
            CryptographicOperations.ZeroMemory(_secret);
        }
    }

    private static JobKey? Open(ReadOnlySpan<byte> bare, string job, WrappingKey wrapping)
    {
        var secret = new byte[DataKey.Length];
        try
        {
            using var cipher = wrapping.Cipher();
            cipher.Decrypt(
                bare[..NonceLength], bare[NonceLength..^SealedFormat.TagLength], bare[^SealedFormat.TagLength..], secret,
                Encoding.UTF8.GetBytes(job));
            return new JobKey(secret);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
