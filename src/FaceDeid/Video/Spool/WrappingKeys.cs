using System.Security.Cryptography;
using System.Text;

namespace FaceDeid.Video.Spool;

/// <summary>
/// The operator's keys under which keys of jobs outlive the process: AES-256, from a file with one line each. The first wraps;
/// the others only open what was wrapped under them, until they are taken out of the file.
/// </summary>
public sealed class WrappingKeys : IDisposable
{
    private const int LongestFile = 4096;

    private readonly WrappingKey[] _keys;

    private WrappingKeys(WrappingKey[] keys) => _keys = keys;

    /// <summary>The key under which keys of jobs are wrapped.</summary>
    internal WrappingKey First => _keys[0];

    /// <summary>All keys, the first first.</summary>
    internal IReadOnlyList<WrappingKey> All => _keys;

    /// <summary>Reads lines of 32 random bytes in Base64; empty lines are passed over.</summary>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.InvalidOption"/>: the file is not there, or a line is no such key.
    /// </exception>
    public static WrappingKeys Load(string path)
    {
        byte[] text;
        try
        {
            if (new FileInfo(path).Length > LongestFile)
                throw Unusable(path, "is too long");
            text = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, "cannot be read", e);
        }

        List<WrappingKey> keys = [];
        try
        {
            foreach (var line in Encoding.ASCII.GetString(text).Split('\n', StringSplitOptions.TrimEntries))
            {
                if (line.Length > 0)
                    keys.Add(Parse(line, path, keys.Count + 1));
            }

            return keys.Count > 0 ? new WrappingKeys([.. keys]) : throw Unusable(path, "has no key");
        }
        catch
        {
            keys.ForEach(key => key.Dispose());
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    /// <summary>Forgets the keys.</summary>
    public void Dispose()
    {
        foreach (var key in _keys)
            key.Dispose();
    }

    private static WrappingKey Parse(string line, string path, int number)
    {
        var secret = new byte[DataKey.Length];
        // Without what stands there: it would be part of the key.
        if (!Convert.TryFromBase64String(line, secret, out var length) || length != secret.Length)
            throw Unusable(path, FormattableString.Invariant($"has a key ({number}) that is not 32 bytes in Base64"));
        return new WrappingKey(secret);
    }

    private static FaceDeidException Unusable(string path, string fault, Exception? inner = null) => new(
        FaceDeidError.InvalidOption,
        $"The key file '{path}' {fault}. It holds 32 random bytes in Base64 (openssl rand -base64 32), or several such lines: "
        + "the first is used, the others open what was kept under them.", inner);
}

/// <summary>One of the operator's keys.</summary>
/// <param name="secret">Its bytes, which are then this object's.</param>
internal sealed class WrappingKey(byte[] secret) : IDisposable
{
    /// <summary>Bytes of <see cref="Fingerprint"/>.</summary>
    public const int FingerprintLength = 8;

    /// <summary>What tells this key from others, and nothing else of it.</summary>
    public ReadOnlyMemory<byte> Fingerprint { get; } =
        DataKey.Derive(secret, salt: [], "FaceDeid wrapping key fingerprint"u8).AsMemory(0, FingerprintLength);

    /// <summary>The caller owns it.</summary>
    public AesGcm Cipher() => new(secret, SealedFormat.TagLength);

    /// <summary>Forgets the key.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(secret);
}
