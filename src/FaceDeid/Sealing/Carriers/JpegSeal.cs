using System.Buffers.Binary;

namespace FaceDeid.Sealing.Carriers;

/// <summary>
/// APP15 segments after JFIF's own, each with a name, its number and how many there are, as ICC profiles are split.
/// </summary>
internal static class JpegSeal
{
    private const int Start = 2; // SOI
    private const byte App0 = 0xE0;
    private const byte App15 = 0xEF;
    private const byte StartOfScan = 0xDA;
    private const int MostOfSegment = 65_533 - 13; // what is left of a segment's 65535 bytes after length, name and numbers

    private static ReadOnlySpan<byte> Name => "FaceDeid\0"u8;

    public static byte[] Embed(byte[] file, byte[] seal)
    {
        using var sealedFile = new MemoryStream(file.Length + seal.Length + 1024);
        var segments = Segments(file);
        var others = segments.Where(segment => !IsSeal(file.AsSpan(segment))).ToList();
        var first = others.TakeWhile(segment => file[segment.Start.Value + 1] == App0).Count(); // JFIF's own comes first
        sealedFile.Write(file.AsSpan(0, Start));
        Write(others.Take(first));
        WriteSeal(sealedFile, seal);
        Write(others.Skip(first));
        sealedFile.Write(file.AsSpan(segments.Count == 0 ? Start : segments[^1].End.Value));
        return sealedFile.ToArray();

        void Write(IEnumerable<Range> some)
        {
            foreach (var segment in some)
                sealedFile.Write(file.AsSpan(segment));
        }
    }

    public static byte[]? Extract(byte[] file)
    {
        using var seal = new MemoryStream();
        var (next, count) = (0, 0);
        foreach (var range in Segments(file))
        {
            var segment = file.AsSpan(range);
            if (!IsSeal(segment))
                continue;
            var numbers = segment[(4 + Name.Length)..];
            if (BinaryPrimitives.ReadUInt16BigEndian(numbers) != next)
                return null;
            (next, count) = (next + 1, BinaryPrimitives.ReadUInt16BigEndian(numbers[2..]));
            seal.Write(numbers[4..]);
        }

        return count > 0 && next == count ? seal.ToArray() : null;
    }

    private static void WriteSeal(MemoryStream file, byte[] seal)
    {
        var pieces = seal.Chunk(MostOfSegment).ToList();
        Span<byte> numbers = stackalloc byte[4];
        foreach (var (number, piece) in pieces.Index())
        {
            file.Write([0xFF, App15]);
            BinaryPrimitives.WriteUInt16BigEndian(numbers, (ushort)(2 + Name.Length + 4 + piece.Length));
            file.Write(numbers[..2]);
            file.Write(Name);
            BinaryPrimitives.WriteUInt16BigEndian(numbers, (ushort)number);
            BinaryPrimitives.WriteUInt16BigEndian(numbers[2..], (ushort)pieces.Count);
            file.Write(numbers);
            file.Write(piece);
        }
    }

    private static bool IsSeal(ReadOnlySpan<byte> segment) =>
        segment[1] == App15 && segment.Length >= 4 + Name.Length + 4 && segment[4..].StartsWith(Name);

    // The marker segments before the first scan.
    private static List<Range> Segments(byte[] file)
    {
        var segments = new List<Range>();
        for (var at = Start; at <= file.Length - 4 && file[at] == 0xFF && file[at + 1] != StartOfScan;)
        {
            var length = 2 + BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at + 2));
            if (length < 4 || length > file.Length - at)
                break;
            segments.Add(at..(at + length));
            at += length;
        }

        return segments;
    }
}
