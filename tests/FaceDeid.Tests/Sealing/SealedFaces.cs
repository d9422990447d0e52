using System.Security.Cryptography;
using FaceDeid.Sealing;
using FaceDeid.Sealing.Keys;

namespace FaceDeid.Tests.Sealing;

/// <summary>Small seals.</summary>
internal static class SealedFaces
{
    public static byte[] Content(int index) => [.. Enumerable.Range(0, 40 + (index * 10)).Select(i => (byte)(i * (index + 3)))];

    /// <summary>A seal of as many faces as there are lists of keys.</summary>
    public static Seal Seal(params IReadOnlyList<SealingKey>[] keys) => FaceLock.Close(
        SealKind.Pixels, new ImageSize(320, 240), SHA256.HashData("pixels"u8),
        [.. keys.Select((some, i) => new OpenFace(
            i + 7, new Box(10 * i, 20, 30, 40), Content(i), RandomNumberGenerator.GetBytes(32),
            RandomNumberGenerator.GetBytes(12), some))]);

    /// <summary>All contents that the keys open; null: the seal is refused, or some face stays shut.</summary>
    public static byte[][]? OpenAll(byte[] bytes, params SealingKey[] keys)
    {
        if (SealFormat.Read(bytes) is not { } seal)
            return null;
        var door = new FaceLock(seal);
        var contents = seal.Faces
            .Select((_, i) => door.UnwrapDataKey(i, keys) is { } dataKey ? door.Open(i, dataKey) : null).ToArray();
        return contents.Contains(null) ? null : [.. contents.Select(content => content!)];
    }

    /// <summary>As an attacker would: the unkeyed hash at the end fits again.</summary>
    public static byte[] Rehashed(byte[] bytes)
    {
        SHA256.HashData(bytes.AsSpan(..^32)).CopyTo(bytes, bytes.Length - 32);
        return bytes;
    }
}
