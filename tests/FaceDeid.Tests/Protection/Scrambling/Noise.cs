using System.Buffers.Binary;
using OpenCvSharp;

namespace FaceDeid.Tests.Protection.Scrambling;

/// <summary>Pictures, keys and nonces that are the same in every run.</summary>
internal static class Noise
{
    public static byte[] Key { get; } = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    /// <summary>A picture of random samples, <c>CV_8UC3</c>; the caller owns it.</summary>
    public static Mat Picture(int width, int height, int seed)
    {
        var bytes = new byte[width * height * 3];
        new Random(seed).NextBytes(bytes);
        return bytes.ToMat(height, width, MatType.CV_8UC3);
    }

    public static byte[] Nonce(int number)
    {
        var nonce = new byte[DataKey.NonceLength];
        BinaryPrimitives.WriteInt32BigEndian(nonce, number);
        return nonce;
    }
}
