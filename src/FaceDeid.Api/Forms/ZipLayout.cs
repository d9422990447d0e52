using System.Buffers.Binary;

namespace FaceDeid.Api.Forms;

/// <summary>
/// Where the entries of a ZIP file lie (APPNOTE 6.3.10, section 4.3), which .NET reads and does not tell: entries that share
/// their bytes unpack to any size, and bytes that are in no entry are seen by nobody who lists the file.
/// </summary>
internal sealed class ZipLayout
{
    private const uint Local = 0x04034B50, Central = 0x02014B50, End = 0x06054B50, End64 = 0x06064B50, Locator64 = 0x07064B50;
    private const int LocalLength = 30, CentralLength = 46, EndLength = 22, End64Length = 56, Locator64Length = 20;
    private const int Streamed = 8; // the flag that sizes follow the content

    // Times and sizes as common programs write them: ZIP64, NTFS, Unix (old, new, UID).
    private static readonly ushort[] KnownExtra = [0x0001, 0x000A, 0x5455, 0x5855, 0x7875];
    private const int MostExtra = 36;

    private readonly Stream _file;
    private readonly List<Entry> _entries = [];
    private readonly long _start; // of the table of contents
    private bool _isStrange; // something is there that no common program writes

    private ZipLayout(Stream file)
    {
        _file = file;
        var tailLength = (int)Math.Min(file.Length, EndLength + ushort.MaxValue);
        var tail = At(file.Length - tailLength, tailLength);
        var end = file.Length - tailLength + tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        var head = At(end, EndLength);
        (long count, long start, var after) = (Short(head, 10), Int(head, 16), end);
        if (count == ushort.MaxValue || start == uint.MaxValue)
        {
            var locator = At(end - Locator64Length, Locator64Length);
            after = Require(locator, Locator64, Long(locator, 8));
            var head64 = At(after, End64Length);
            (count, start) = (Require(head64, End64, Long(head64, 32)), Long(head64, 48));
            _isStrange |= after + End64Length + Locator64Length != end;
        }

        _start = start;
        for (var at = start; count > 0; count--)
            at = Add(at, isLast: count == 1, after);
        _isStrange |= file.Length != end + EndLength || (_entries.Count == 0 && start != after);
        _entries.Sort((a, b) => a.Start.CompareTo(b.Start));
    }

    /// <summary>How many entries there are.</summary>
    public int Count => _entries.Count;

    /// <summary>Whether two entries share bytes, with each other or with the table of contents.</summary>
    public bool HasOverlaps => _entries.Where((entry, i) => entry.End > NextStart(i)).Any();

    /// <summary>
    /// Whether every byte belongs to an entry or says what is said of it elsewhere: no comments, nothing between or around the
    /// entries, no two names for one.
    /// </summary>
    public bool IsExact => !_isStrange && (_entries.Count == 0 ? _start : _entries[0].Start) == 0
        && _entries.Select((entry, i) => NextStart(i) - entry.End)
            .Zip(_entries, (gap, entry) => gap == 0 || (entry.IsStreamed && IsDescriptor(entry, gap))).All(isRight => isRight);

    /// <summary>Reads the table of contents and the head of each entry.</summary>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public static ZipLayout Read(Stream file)
    {
        var position = file.Position;
        try
        {
            return new ZipLayout(file);
        }
        finally
        {
            file.Position = position; // of whoever reads it besides
        }
    }

    private long NextStart(int entry) => entry + 1 < _entries.Count ? _entries[entry + 1].Start : _start;

    private long Add(long at, bool isLast, long after)
    {
        var head = At(at, CentralLength);
        var (name, extra, comment) = (Short(head, 28), Short(head, 30), Short(head, 32));
        var texts = At(at + CentralLength, Require(head, Central, name + extra));
        var (unpacked, packed, start) = Sizes(texts.AsSpan(name), Int(head, 24), Int(head, 20), Int(head, 42));

        var local = At(start, LocalLength);
        var (localName, localExtra) = (Short(local, 26), Short(local, 28));
        var localTexts = At(start + LocalLength, Require(local, Local, localName + localExtra));
        var isStreamed = (Short(head, 8) & Streamed) != 0;
        var (localUnpacked, localPacked, _) = Sizes(localTexts.AsSpan(localName), Int(local, 22), Int(local, 18), start: 0);
        var isSame = Short(head, 8) == Short(local, 6) && Short(head, 10) == Short(local, 8)
            && texts.AsSpan(0, name).SequenceEqual(localTexts.AsSpan(0, localName))
            && (isStreamed || (Int(head, 16) == Int(local, 14) && unpacked == localUnpacked && packed == localPacked));
        _isStrange |= !isSame || comment > 0 || !IsKnown(texts.AsSpan(name)) || !IsKnown(localTexts.AsSpan(localName));

        _entries.Add(new Entry(start, checked(start + LocalLength + localName + localExtra + packed), isStreamed, Int(head, 16)));
        var next = at + CentralLength + name + extra + comment;
        _isStrange |= isLast && next != after;
        return next;
    }

    /// <summary>Sizes and place, of which the large ones stand in the field for ZIP64.</summary>
    private static (long Unpacked, long Packed, long Start) Sizes(
        ReadOnlySpan<byte> extra, long unpacked, long packed, long start)
    {
        while (extra.Length >= 4)
        {
            var (kind, length) =
                (BinaryPrimitives.ReadUInt16LittleEndian(extra), BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]));
            var content = extra[4..];
            content = content[..Math.Min(length, content.Length)];
            extra = extra[(4 + content.Length)..];
            if (kind != 1)
                continue;
            Take(ref content, ref unpacked);
            Take(ref content, ref packed);
            Take(ref content, ref start);
        }

        return (unpacked, packed, start);

        static void Take(ref ReadOnlySpan<byte> content, ref long value)
        {
            if (value != uint.MaxValue || content.Length < 8)
                return;
            value = BinaryPrimitives.ReadInt64LittleEndian(content);
            content = content[8..];
        }
    }

    private static bool IsKnown(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            var (kind, length) =
                (BinaryPrimitives.ReadUInt16LittleEndian(extra), BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]));
            if (!KnownExtra.Contains(kind) || length > MostExtra || length + 4 > extra.Length)
                return false;
            extra = extra[(4 + length)..];
        }

        return extra.IsEmpty;
    }

    /// <summary>Whether checksum and sizes of the entry before stand there, and nothing else.</summary>
    private bool IsDescriptor(Entry entry, long length) => length switch
    {
        16 or 24 => At(entry.End, 8) is var head && Int(head, 0) == 0x08074B50 && Int(head, 4) == entry.Crc32,
        12 or 20 => Int(At(entry.End, 4), 0) == entry.Crc32,
        _ => false,
    };

    private byte[] At(long at, int length)
    {
        if (at < 0 || at > _file.Length - length)
            throw new InvalidDataException("Something lies beyond the file's ends.");
        var bytes = new byte[length];
        _file.Position = at;
        _file.ReadExactly(bytes);
        return bytes;
    }

    private static T Require<T>(ReadOnlySpan<byte> head, uint signature, T value) =>
        Int(head, 0) == signature ? value : throw new InvalidDataException("Something else lies there.");

    private static ushort Short(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint Int(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long Long(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);

    private readonly record struct Entry(long Start, long End, bool IsStreamed, uint Crc32);
}
