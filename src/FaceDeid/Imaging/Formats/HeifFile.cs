using System.Buffers.Binary;
using FaceDeid.Imaging.Colour;

namespace FaceDeid.Imaging.Formats;

/// <summary>
/// What the boxes of a HEIF file (ISO/IEC 23008-12; AVIF and HEIC are kinds of it) say of its primary picture, read without
/// unpacking anything. Other pictures of the file (tiles, thumbnails, depth, gain maps, bursts) are counted as nothing.
/// </summary>
/// <param name="IsSequence">Whether the file is meant to be played rather than shown.</param>
/// <param name="Coding">
/// Four letters: how the primary picture, or its first tile, is coded: <c>av01</c>, <c>hvc1</c>; null: not told.
/// </param>
/// <param name="Size">Its upright size in pixels; null: not told.</param>
/// <param name="Colours">What its colours mean, by code points (ITU-T H.273); null: not told.</param>
internal sealed record HeifFile(bool IsSequence, string? Coding, ImageSize? Size, ColourSpace? Colours)
{
    private const int MostItems = 4096; // a picture of 80 megapixels in tiles of 512 x 512 has 306
    private const int MostProperties = 4096;

    /// <summary>Whether bytes begin as a file of this family.</summary>
    public static bool Is(ReadOnlySpan<byte> file) =>
        file.Length >= 12 && file[4..8].SequenceEqual("ftyp"u8) && Brands(file).HeifFamily;

    /// <summary>
    /// The file in which nothing is said to be metadata of a picture, and nothing stands beside its boxes of pictures. A decoder
    /// copies each such item for each picture that it is said of, before it is asked for, however many share the same bytes.
    /// </summary>
    /// <param name="file">A file whose boxes were read.</param>
    public static byte[] Essence(ReadOnlySpan<byte> file)
    {
        var essence = file.ToArray();
        for (var boxes = file; Next(ref boxes, out var type, out _);)
        {
            if (!type.SequenceEqual("ftyp"u8) && !type.SequenceEqual("meta"u8) && !type.SequenceEqual("mdat"u8))
                Skip(file, type, essence);
        }

        Child(file, "meta"u8, out var meta);
        for (var boxes = meta[4..]; Next(ref boxes, out var box, out var references);)
        {
            if (!box.SequenceEqual("iref"u8) || references.Length < 4)
                continue;
            for (references = references[4..]; Next(ref references, out var type, out _);)
            {
                if (type.SequenceEqual("cdsc"u8)) // "content describes"
                    Skip(file, type, essence);
            }
        }

        return essence;

        static void Skip(ReadOnlySpan<byte> file, ReadOnlySpan<byte> type, byte[] essence)
        {
            if (file.Overlaps(type, out var at))
                "skip"u8.CopyTo(essence.AsSpan(at));
        }
    }

    /// <summary>
    /// Reads the boxes; null: they are damaged, too many, say nothing of a primary picture, or say it twice.
    /// </summary>
    public static HeifFile? Read(ReadOnlySpan<byte> file)
    {
        try
        {
            var brands = Brands(file);
            return Child(file, "meta"u8, out var meta, out var rest) && !Child(rest, "meta"u8, out _)
                ? new Meta(meta[4..]).Read(brands.Sequence)
                : null;
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            return null; // a box reaches beyond its end
        }
    }

    private static (bool HeifFamily, bool Sequence) Brands(ReadOnlySpan<byte> file)
    {
        var length = Math.Min(BinaryPrimitives.ReadUInt32BigEndian(file), (uint)Math.Min(file.Length, 1024));
        var isFamily = false;
        for (var at = 8; at + 4 <= length; at += at == 8 ? 8 : 4) // the major brand, its version, the compatible ones
            isFamily |= IsPicture(file[at..(at + 4)]) || IsSequenceBrand(file[at..(at + 4)]);
        return (isFamily, IsSequenceBrand(file[8..12]));
    }

    private static bool IsPicture(ReadOnlySpan<byte> brand) =>
        brand.SequenceEqual("avif"u8) || brand.SequenceEqual("mif1"u8) || brand.SequenceEqual("mif2"u8)
        || brand.SequenceEqual("heic"u8) || brand.SequenceEqual("heix"u8) || brand.SequenceEqual("heim"u8)
        || brand.SequenceEqual("heis"u8) || brand.SequenceEqual("heif"u8);

    private static bool IsSequenceBrand(ReadOnlySpan<byte> brand) =>
        brand.SequenceEqual("avis"u8) || brand.SequenceEqual("msf1"u8)
        || brand.SequenceEqual("hevc"u8) || brand.SequenceEqual("hevx"u8);

    /// <summary>Finds a box among others; its content is what follows its name.</summary>
    private static bool Child(ReadOnlySpan<byte> boxes, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> content) =>
        Child(boxes, name, out content, out _);

    private static bool Child(
        ReadOnlySpan<byte> boxes, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> content, out ReadOnlySpan<byte> rest)
    {
        rest = default;
        while (Next(ref boxes, out var type, out content))
        {
            if (type.SequenceEqual(name))
            {
                rest = boxes;
                return true;
            }
        }

        content = default;
        return false;
    }

    private static bool Next(scoped ref ReadOnlySpan<byte> boxes, out ReadOnlySpan<byte> type, out ReadOnlySpan<byte> content)
    {
        if (boxes.Length < 8)
        {
            type = content = default;
            return false;
        }

        var (length, head) = ((long)BinaryPrimitives.ReadUInt32BigEndian(boxes), 8);
        if (length == 1)
            (length, head) = (BinaryPrimitives.ReadInt64BigEndian(boxes[8..]), 16);
        else if (length == 0)
            length = boxes.Length;
        length = Math.Clamp(length, head, Math.Max(head, boxes.Length));
        type = boxes[4..8];
        content = boxes[head..(int)length];
        boxes = boxes[(int)length..];
        return true;
    }

    /// <summary>The content of a <c>meta</c> box, behind its version.</summary>
    private readonly ref struct Meta(ReadOnlySpan<byte> boxes)
    {
        private readonly ReadOnlySpan<byte> _boxes = boxes;

        public HeifFile? Read(bool isSequence)
        {
            if (!Child(_boxes, "pitm"u8, out var pitm))
                return null;
            var primary = pitm[0] == 0
                ? BinaryPrimitives.ReadUInt16BigEndian(pitm[4..])
                : BinaryPrimitives.ReadUInt32BigEndian(pitm[4..]);
            var tile = FirstTile(primary);
            var own = Properties(primary);
            var ofTile = tile is { } id ? Properties(id) : default;
            var size = own.Size ?? ofTile.Size;
            return new HeifFile(
                isSequence, Coding(tile ?? primary),
                own.IsTurned && size is { } coded ? new ImageSize(coded.Height, coded.Width) : size,
                own.Colours ?? ofTile.Colours);
        }

        /// <summary>Of a picture made of others, the first of them.</summary>
        private uint? FirstTile(uint primary)
        {
            if (Coding(primary) is not ("grid" or "iovl" or "iden") || !Child(_boxes, "iref"u8, out var references))
                return null;
            var isLong = references[0] > 0;
            references = references[4..];
            while (Next(ref references, out var type, out var content))
            {
                var from = Id(content, isLong);
                var width = isLong ? 4 : 2;
                if (type.SequenceEqual("dimg"u8) && from == primary && BinaryPrimitives.ReadUInt16BigEndian(content[width..]) > 0)
                    return Id(content[(width + 2)..], isLong);
            }

            return null;
        }

        private string? Coding(uint item)
        {
            if (!Child(_boxes, "iinf"u8, out var items))
                return null;
            items = items[(items[0] == 0 ? 6 : 8)..];
            for (var count = 0; count < MostItems && Next(ref items, out _, out var entry); count++)
            {
                if (entry[0] < 2) // older entries have no type
                    continue;
                var isLong = entry[0] > 2;
                if (Id(entry[4..], isLong) == item)
                    return System.Text.Encoding.Latin1.GetString(entry.Slice(isLong ? 10 : 8, 4));
            }

            return null;
        }

        private (ImageSize? Size, bool IsTurned, ColourSpace? Colours) Properties(uint item)
        {
            ImageSize? size = null;
            ColourSpace? colours = null;
            var isTurned = false;
            if (!Child(_boxes, "iprp"u8, out var properties) || !Child(properties, "ipco"u8, out var all))
                return default;
            var own = Associated(properties, item);
            for (var number = 1; number <= MostProperties && Next(ref all, out var type, out var content); number++)
            {
                if (!own.Contains(number))
                    continue;
                if (type.SequenceEqual("ispe"u8))
                    size = SizeOf(content);
                else if (type.SequenceEqual("irot"u8))
                    isTurned = (content[0] & 1) == 1;
                else if (type.SequenceEqual("colr"u8) && content.StartsWith("nclx"u8))
                    colours = ColourSpace.OfCodePoints(
                        BinaryPrimitives.ReadUInt16BigEndian(content[4..]), BinaryPrimitives.ReadUInt16BigEndian(content[6..]));
            }

            return (size, isTurned, colours);
        }

        private static ImageSize SizeOf(ReadOnlySpan<byte> content) => new(
            (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(content[4..]), int.MaxValue),
            (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(content[8..]), int.MaxValue));

        /// <summary>The numbers, from 1, of an item's properties.</summary>
        private static HashSet<int> Associated(ReadOnlySpan<byte> properties, uint item)
        {
            var numbers = new HashSet<int>();
            if (!Child(properties, "ipma"u8, out var links))
                return numbers;
            var (isLong, isWide) = (links[0] > 0, (links[3] & 1) == 1);
            var count = BinaryPrimitives.ReadUInt32BigEndian(links[4..]);
            links = links[8..];
            for (var i = 0; i < Math.Min(count, MostItems); i++)
            {
                var isSought = Id(links, isLong) == item;
                links = links[(isLong ? 4 : 2)..];
                var linked = links[0];
                links = links[1..];
                for (var link = 0; link < linked; link++)
                {
                    if (isSought)
                        numbers.Add(isWide ? BinaryPrimitives.ReadUInt16BigEndian(links) & 0x7FFF : links[0] & 0x7F);
                    links = links[(isWide ? 2 : 1)..];
                }
            }

            return numbers;
        }

        private static uint Id(ReadOnlySpan<byte> at, bool isLong) =>
            isLong ? BinaryPrimitives.ReadUInt32BigEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);
    }
}
