using System.Buffers.Binary;
using System.Text;

namespace FaceDeid.Video.Spool;

/// <summary>
/// How an object lies on a disk: a random salt, then chunks of ciphertext, each followed by its tag. The key is derived from the
/// job's key, the salt and the object's name, so that the counter can be the nonce even where an object is written again. What
/// is authenticated beside a chunk says where it belongs: a chunk that is missing, moved or of another object does not open.
/// </summary>
internal static class SealedFormat
{
    /// <summary>Bytes of a whole chunk before it is encrypted.</summary>
    public const int ChunkLength = 256 * 1024;

    public const int TagLength = 16;
    public const int SaltLength = 16;

    private const int SealedLength = ChunkLength + TagLength;

    /// <summary>What the key of an object is derived for.</summary>
    public static byte[] Purpose(string job, string name) => Encoding.UTF8.GetBytes($"FaceDeid spool\0{job}\0{name}");

    /// <summary>The nonce of a chunk: its number.</summary>
    public static void WriteNonce(Span<byte> nonce, long index)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt64BigEndian(nonce[^sizeof(long)..], index);
    }

    /// <summary>Room for what is authenticated beside a chunk.</summary>
    public static byte[] Place(string job, string name) =>
        [.. Encoding.UTF8.GetBytes($"{job}\0{name}\0"), .. new byte[sizeof(long) + 1]];

    /// <summary>Says which chunk it is.</summary>
    public static void SetPlace(Span<byte> place, long index, bool isLast)
    {
        BinaryPrimitives.WriteInt64BigEndian(place[^(sizeof(long) + 1)..], index);
        place[^1] = isLast ? (byte)1 : (byte)0;
    }

    /// <summary>Where a chunk begins in the file.</summary>
    public static long Offset(long index) => SaltLength + (index * SealedLength);

    /// <summary>How many chunks a file of a length has, and how many bytes they hold; null: no object has this length.</summary>
    public static (long Chunks, long Bytes)? Measure(long fileLength)
    {
        var body = fileLength - SaltLength;
        var chunks = (body + SealedLength - 1) / SealedLength;
        var bytes = body - (chunks * TagLength);
        return body >= TagLength && bytes > (chunks - 1) * ChunkLength - (chunks == 1 ? 1 : 0) ? (chunks, bytes) : null;
    }

    public const string LostKeyText =
        "What is stored of the recording cannot be opened: its key is gone, or it was altered. Send the recording again.";

    public static FaceDeidException LostKey() => new(FaceDeidError.LostKey, LostKeyText);

    public static FaceDeidException SpoolFull(Exception? inner = null) => new(
        FaceDeidError.SpoolFull,
        "There is no room for recordings left. Delete those that are not needed any more, or try again later.", inner);
}
