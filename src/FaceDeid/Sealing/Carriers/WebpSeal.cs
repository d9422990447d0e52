using System.Buffers.Binary;

namespace FaceDeid.Sealing.Carriers;

/// <summary>
/// A chunk <c>FDSE</c> at the end, for which a simple file becomes an extended one (WebP container specification).
/// </summary>
internal static class WebpSeal
{
    private const int Head = 12; // RIFF, length, WEBP
    private const int Frame = 8; // type and length

    private static ReadOnlySpan<byte> Type => "FDSE"u8;

    public static byte[] Embed(byte[] file, byte[] seal)
    {
        using var sealedFile = new MemoryStream(file.Length + seal.Length + 64);
        sealedFile.Write(file.AsSpan(0, Head));
        var chunks = Chunks(file);
        if (chunks is [var only, ..] && !Is(file, only, "VP8X"u8))
            WriteChunk(sealedFile, "VP8X"u8, Canvas(file.AsSpan(only)));
        foreach (var chunk in chunks.Where(chunk => !Is(file, chunk, Type)))
            sealedFile.Write(file.AsSpan(chunk));
        WriteChunk(sealedFile, Type, seal);
        var bytes = sealedFile.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), (uint)(bytes.Length - 8));
        return bytes;
    }

    public static byte[]? Extract(byte[] file)
    {
        var chunks = Chunks(file);
        var seals = chunks.Where(chunk => Is(file, chunk, Type)).ToList();
        return seals.Count == 1 && Is(file, chunks[0], "VP8X"u8)
            ? file.AsSpan(seals[0]).Slice(Frame, Length(file, seals[0].Start.Value)).ToArray()
            : null;
    }

    // Flags and size of the extended header, for a lossy picture without alpha: VP8's own are in its frame header (RFC 6386,
    // section 9.1).
    private static byte[] Canvas(ReadOnlySpan<byte> chunk)
    {
        if (!chunk.StartsWith("VP8 "u8))
            throw new ArgumentException("Only lossy WebP files, as the library writes them, carry seals.", nameof(chunk));
        var canvas = new byte[10];
        var width = (BinaryPrimitives.ReadUInt16LittleEndian(chunk[(Frame + 6)..]) & 0x3FFF) - 1;
        var height = (BinaryPrimitives.ReadUInt16LittleEndian(chunk[(Frame + 8)..]) & 0x3FFF) - 1;
        (canvas[4], canvas[5], canvas[6]) = ((byte)width, (byte)(width >> 8), (byte)(width >> 16));
        (canvas[7], canvas[8], canvas[9]) = ((byte)height, (byte)(height >> 8), (byte)(height >> 16));
        return canvas;
    }

    private static void WriteChunk(MemoryStream file, ReadOnlySpan<byte> type, byte[] content)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, content.Length);
        file.Write(type);
        file.Write(length);
        file.Write(content);
        if (content.Length % 2 == 1)
            file.WriteByte(0);
    }

    private static bool Is(byte[] file, Range chunk, ReadOnlySpan<byte> type) => file.AsSpan(chunk).StartsWith(type);

    private static int Length(byte[] file, int chunk) => BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(chunk + 4));

    private static List<Range> Chunks(byte[] file)
    {
        var chunks = new List<Range>();
        for (var at = Head; at <= file.Length - Frame;)
        {
            var length = (uint)Length(file, at);
            var padded = (long)length + (length % 2);
            if (padded > file.Length - at - Frame)
                break;
            chunks.Add(at..(at + Frame + (int)padded));
            at = chunks[^1].End.Value;
        }

        return chunks;
    }
}
