using System.Buffers.Binary;
using System.IO.Hashing;

namespace FaceDeid.Sealing.Carriers;

/// <summary>
/// A chunk <c>fdSe</c> before the end: ancillary, private, and safe to copy for who writes the picture again without loss (PNG,
/// section 5.4).
/// </summary>
internal static class PngSeal
{
    private const int SignatureLength = 8;
    private const int Frame = 12; // length, type and CRC

    private static ReadOnlySpan<byte> Type => "fdSe"u8;

    public static byte[] Embed(byte[] file, byte[] seal)
    {
        using var sealedFile = new MemoryStream(file.Length + seal.Length + Frame);
        sealedFile.Write(file.AsSpan(0, SignatureLength));
        foreach (var chunk in Chunks(file).Where(chunk => !Is(file, chunk, Type)))
        {
            if (Is(file, chunk, "IEND"u8))
                sealedFile.Write(Chunk(seal));
            sealedFile.Write(file.AsSpan(chunk));
        }

        return sealedFile.ToArray();
    }

    public static byte[]? Extract(byte[] file)
    {
        var chunks = Chunks(file);
        var seals = chunks.Where(chunk => Is(file, chunk, Type)).ToList();
        if (seals.Count != 1 || !Is(file, chunks[^1], "IEND"u8)) // a file cut short could not be sealed anew
            return null;
        var seal = file[(seals[0].Start.Value + 8)..(seals[0].End.Value - 4)];
        return Chunk(seal).AsSpan().SequenceEqual(file.AsSpan(seals[0])) ? seal : null; // the checksum too
    }

    private static byte[] Chunk(byte[] content)
    {
        var chunk = new byte[content.Length + Frame];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        Type.CopyTo(chunk.AsSpan(4));
        content.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(
            chunk.AsSpan(8 + content.Length), Crc32.HashToUInt32(chunk.AsSpan(4, 4 + content.Length)));
        return chunk;
    }

    private static bool Is(byte[] file, Range chunk, ReadOnlySpan<byte> type) => file.AsSpan(chunk)[4..8].SequenceEqual(type);

    private static List<Range> Chunks(byte[] file)
    {
        var chunks = new List<Range>();
        for (var at = SignatureLength; at <= file.Length - Frame;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            if (length > file.Length - at - Frame)
                break;
            chunks.Add(at..(at + Frame + (int)length));
            at = chunks[^1].End.Value;
        }

        return chunks;
    }
}
