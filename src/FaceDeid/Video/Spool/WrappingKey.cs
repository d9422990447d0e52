using System.Security.Cryptography;

namespace FaceDeid.Video.Spool;

/// <summary>The operator's key under which keys of jobs outlive the process: AES-256, from a file.</summary>
public sealed class WrappingKey : IDisposable
{
    private const int LongestFile = 1024;

    private readonly byte[] _secret;

    private WrappingKey(byte[] secret) => _secret = secret;

    /// <summary>Reads 32 random bytes in Base64.</summary>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.InvalidOption"/>: the file is not there, or is no such key.
    /// </exception>
    public static WrappingKey Load(string path)
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

        try
        {
            var secret = Convert.FromBase64String(System.Text.Encoding.ASCII.GetString(text).Trim());
            return secret.Length == DataKey.Length ? new WrappingKey(secret) : throw Unusable(path, "has no 32 bytes");
        }
        catch (FormatException)
        {
            throw Unusable(path, "is no Base64"); // whose text would be part of the key
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    /// <summary>The caller owns it.</summary>
    internal AesGcm Cipher() => new(_secret, SealedFormat.TagLength);

    /// <summary>Forgets the key.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(_secret);

    private static FaceDeidException Unusable(string path, string fault, Exception? inner = null) => new(
        FaceDeidError.InvalidOption,
        $"The key file '{path}' {fault}. It holds 32 random bytes in Base64 (openssl rand -base64 32).", inner);
}
