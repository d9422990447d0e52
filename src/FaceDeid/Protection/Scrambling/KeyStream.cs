using System.Buffers.Binary;
using System.Security.Cryptography;

namespace FaceDeid.Protection.Scrambling;

/// <summary>
/// Secret random numbers: the key stream of AES-256 in counter mode (NIST SP 800-38A, section 6.5), whose counter blocks are the
/// numbers 0, 1, 2... in 16 bytes, big-endian.
/// </summary>
internal sealed class KeyStream : IDisposable
{
    private const int Block = 16;

    private readonly Aes _aes = Aes.Create();
    private readonly byte[] _counters = new byte[256 * Block];
    private readonly byte[] _bytes = new byte[256 * Block];
    private ulong _counter;
    private int _used;

    /// <summary>The stream of a key of 32 bytes, which is not kept.</summary>
    public KeyStream(ReadOnlySpan<byte> key)
    {
        _aes.SetKey(key);
        _used = _bytes.Length;
    }

    /// <summary>The next byte.</summary>
    public byte Next()
    {
        if (_used == _bytes.Length)
            Refill();
        return _bytes[_used++];
    }

    /// <summary>
    /// An unbiased number from 0 to <paramref name="bound"/> - 1: the next four bytes, big-endian, modulo the bound. Numbers at
    /// and above the greatest multiple of the bound that 32 bits hold are passed over, because the small remainders would be more
    /// likely.
    /// </summary>
    public int Below(int bound)
    {
        const ulong all = 1UL << 32;
        var limit = all - (all % (uint)bound);
        while (true)
        {
            var number = ((uint)Next() << 24) | ((uint)Next() << 16) | ((uint)Next() << 8) | Next();
            if (number < limit)
                return (int)(number % (uint)bound);
        }
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        _aes.Dispose();
    }

    private void Refill()
    {
        for (var at = 0; at < _counters.Length; at += Block)
            BinaryPrimitives.WriteUInt64BigEndian(_counters.AsSpan(at + (Block / 2)), _counter++);
        _aes.EncryptEcb(_counters, _bytes, PaddingMode.None);
        _used = 0;
    }
}
