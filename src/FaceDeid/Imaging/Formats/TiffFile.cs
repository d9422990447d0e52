using System.Buffers.Binary;
using OpenCvSharp;

namespace FaceDeid.Imaging.Formats;

/// <summary>
/// What the directories of a TIFF file (revision 6.0; BigTIFF) say of its one picture, read without unpacking anything. Smaller
/// copies and masks of the picture are no pages.
/// </summary>
/// <param name="Pages">How many pictures there are.</param>
/// <param name="Directory">Where the directory of the first begins.</param>
/// <param name="Compression">How its samples are packed, by the number in its directory.</param>
/// <param name="Lab">Where its directory says that its samples are 8-bit CIELAB, and how; null: they are not.</param>
/// <param name="IsRaw">Whether it is a camera's raw file, whose directories show previews only.</param>
internal sealed record TiffFile(int Pages, int Directory, int Compression, LabSamples? Lab, bool IsRaw)
{
    /// <summary>Kinds of compression that libvips unpacks.</summary>
    private static readonly int[] Unpacked = [1, 2, 3, 4, 5, 7, 8, 32771, 32773, 32946, 50000, 50001];

    /// <summary>
    /// What pixels, colours and orientation come from. Everything else, of any size and as often as the directory says, would be
    /// copied by a decoder for each tag that points to it.
    /// </summary>
    private static readonly HashSet<int> Decoded =
    [
        256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 284, 292, 293, 317, 320, 322, 323, 324, 325, 332, 334, 338, 339,
        347, 529, 530, 531, 532, 32997, 34675, 50674,
    ];

    private const int MostDirectories = 1000;
    private const int MostEntries = 4096;

    public bool IsUnpacked => Unpacked.Contains(Compression);

    /// <summary>Whether bytes begin as a TIFF file.</summary>
    public static bool Is(ReadOnlySpan<byte> file) =>
        file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8) || file.StartsWith("II+\0"u8) || file.StartsWith("MM\0+"u8);

    /// <summary>
    /// The file with one directory more behind it, which is now the only one: that of the first picture, with what is decoded of
    /// it.
    /// </summary>
    /// <param name="file">The file that was read.</param>
    public byte[] Essence(ReadOnlySpan<byte> file) => new Reader(file).WithOneDirectory(Directory);

    /// <summary>Reads the directories; null: they are damaged.</summary>
    public static TiffFile? Read(ReadOnlySpan<byte> file)
    {
        try
        {
            return new Reader(file).Read();
        }
        catch (Exception e) when (
            e is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException or InvalidDataException)
        {
            return null;
        }
    }

    private readonly ref struct Reader(ReadOnlySpan<byte> file)
    {
        private const int SubfileType = 254, Width = 256, Bits = 258, CompressionTag = 259, Photometric = 262, Samples = 277,
            SubDirectories = 330, DngVersion = 50706;
        private const int CieLab = 8, IccLab = 9;

        private readonly ReadOnlySpan<byte> _file = file;
        private readonly bool _isLittle = file[0] == 'I';
        private readonly bool _isBig = file[2] == '+' || file[3] == '+';

        public TiffFile Read()
        {
            TiffFile? first = null;
            var (pages, isRaw, isPreview) = (0, _file[8..].StartsWith("CR"u8), false);
            var at = _isBig ? Long(8) : Int(4);
            for (var number = 0; at != 0 && number < MostDirectories; number++)
            {
                var directory = ReadDirectory(checked((int)at), out var isPart, out var hasOthers, out var isDng, out at);
                if (directory is null)
                    break; // what the chain leads to is no picture
                isRaw |= isDng;
                isPreview |= isPart && hasOthers;
                if (!isPart)
                    pages++;
                first = first is null || (pages == 1 && !isPart) ? directory : first;
            }

            return (first ?? throw new InvalidDataException("There is no directory.")) with
            {
                Pages = Math.Max(1, pages),
                IsRaw = isRaw || (pages == 0 && isPreview),
            };
        }

        public byte[] WithOneDirectory(int directory)
        {
            var (count, head, size) = Shape(directory);
            var entries = new List<byte>();
            var seen = new HashSet<int>();
            for (var entry = directory + head; entry < directory + head + (count * size); entry += size)
            {
                if (Decoded.Contains(Short(entry)) && seen.Add(Short(entry)))
                    entries.AddRange(_file.Slice(entry, size));
            }

            var start = _file.Length + (_file.Length & 1); // directories begin at even places
            var essence = new byte[start + head + entries.Count + (_isBig ? 8 : 4)]; // the last: that no other follows
            _file.CopyTo(essence);
            entries.CopyTo(essence, start + head);
            Write(essence.AsSpan(_isBig ? 8 : 4, _isBig ? 8 : 4), start);
            Write(essence.AsSpan(start, head), seen.Count);
            return essence;
        }

        /// <summary>How many entries a directory has, where they begin, and how long each is.</summary>
        private (int Count, int Head, int Size) Shape(int directory)
        {
            var count = _isBig ? Long(directory) : Short(directory);
            if (count is < 0 or > MostEntries)
                throw new InvalidDataException("There are too many entries.");
            return _isBig ? ((int)count, 8, 20) : ((int)count, 2, 12);
        }

        private void Write(Span<byte> number, long value)
        {
            for (var i = 0; i < number.Length; i++, value >>= 8)
                number[_isLittle ? i : number.Length - 1 - i] = (byte)value;
        }

        private TiffFile? ReadDirectory(int at, out bool isPart, out bool hasOthers, out bool isDng, out long next)
        {
            var (count, head, size) = Shape(at);
            var seen = new HashSet<int>();
            (isPart, hasOthers, isDng) = (false, false, false);
            var hasWidth = false;
            var (compression, photometric, bits, samples, labAt) = (1, -1, 1, 1, 0);
            for (var entry = at + head; entry < at + head + (count * size); entry += size)
            {
                if (!seen.Add(Short(entry)))
                    continue; // of several the first counts
                switch (Short(entry))
                {
                    case SubfileType:
                        isPart = (Value(entry) & 5) != 0; // a smaller copy, a mask
                        break;
                    case Width:
                        hasWidth = true;
                        break;
                    case Bits:
                        bits = BitsOf(entry);
                        break;
                    case CompressionTag:
                        compression = (int)Value(entry);
                        break;
                    case Photometric:
                        (photometric, labAt) = ((int)Value(entry), entry + (_isBig ? 12 : 8));
                        break;
                    case Samples:
                        samples = (int)Value(entry);
                        break;
                    case SubDirectories:
                        hasOthers = true;
                        break;
                    case DngVersion:
                        isDng = true;
                        break;
                }
            }

            next = _isBig ? Long(at + head + (count * size)) : Int(at + head + (count * size));
            if (!hasWidth)
                return null;
            var lab = photometric is CieLab or IccLab && bits == 8 && samples == 3
                ? new LabSamples(labAt, _isLittle, photometric == CieLab)
                : null;
            return new TiffFile(Pages: 1, at, compression, lab, IsRaw: false);
        }

        /// <summary>Bits of the first channel; several numbers stand elsewhere.</summary>
        private int BitsOf(int entry)
        {
            var count = _isBig ? Long(entry + 4) : Int(entry + 4);
            var inline = _isBig ? 4 : 2;
            if (count <= inline)
                return (int)Value(entry);
            return Short(checked((int)(_isBig ? Long(entry + 12) : Int(entry + 8))));
        }

        /// <summary>The value of an entry that has one: a byte, a short, or a long.</summary>
        private long Value(int entry)
        {
            var at = entry + (_isBig ? 12 : 8);
            return Short(entry + 2) switch
            {
                1 => _file[at],
                3 => Short(at),
                4 => Int(at),
                16 => Long(at),
                _ => 0,
            };
        }

        private ushort Short(int at) => _isLittle
            ? BinaryPrimitives.ReadUInt16LittleEndian(_file[at..])
            : BinaryPrimitives.ReadUInt16BigEndian(_file[at..]);

        private uint Int(int at) => _isLittle
            ? BinaryPrimitives.ReadUInt32LittleEndian(_file[at..])
            : BinaryPrimitives.ReadUInt32BigEndian(_file[at..]);

        private long Long(int at) => _isLittle
            ? BinaryPrimitives.ReadInt64LittleEndian(_file[at..])
            : BinaryPrimitives.ReadInt64BigEndian(_file[at..]);
    }
}

/// <summary>Samples of 8-bit CIELAB, which libvips reads only where it is not told that they are.</summary>
/// <param name="At">Where the file says so.</param>
/// <param name="IsLittleEndian">Its byte order.</param>
/// <param name="IsSigned">Whether a* and b* are signed; else 128 stands for 0.</param>
internal sealed record LabSamples(int At, bool IsLittleEndian, bool IsSigned)
{
    private const ushort Rgb = 2;

    /// <summary>The same file, which says that its samples are red, green and blue.</summary>
    public byte[] AsRgb(ReadOnlySpan<byte> file)
    {
        var copy = file.ToArray();
        if (IsLittleEndian)
            BinaryPrimitives.WriteUInt16LittleEndian(copy.AsSpan(At), Rgb);
        else
            BinaryPrimitives.WriteUInt16BigEndian(copy.AsSpan(At), Rgb);
        return copy;
    }

    /// <summary>The colours, blue first; the caller owns them.</summary>
    /// <param name="samples">L*, a* and b*, <c>CV_8UC3</c>; 255 stands for L* 100.</param>
    public Mat ToBgr(Mat samples)
    {
        if (!IsSigned)
            return samples.CvtColor(ColorConversionCodes.Lab2BGR);
        using var shifted = new Mat();
        Cv2.BitwiseXor(samples, new Scalar(0, 128, 128), shifted);
        return shifted.CvtColor(ColorConversionCodes.Lab2BGR);
    }
}
