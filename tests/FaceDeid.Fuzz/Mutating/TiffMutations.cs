using System.Buffers.Binary;

namespace FaceDeid.Fuzz.Mutating;

/// <summary>Damage to the directories of a TIFF file or of EXIF (TIFF 6.0, section 2).</summary>
internal static class TiffMutations
{
    private const int EntryLength = 12;

    private static readonly ushort[] Tags =
    [
        0x100, 0x101, 0x102, 0x103, 0x106, 0x10A, 0x111, 0x112, 0x115, 0x116, 0x117, 0x11A, 0x11C, 0x11D, 0x13D, 0x140, 0x142,
        0x143, 0x144, 0x145, 0x14A, 0x14C, 0x152, 0x153, 0x15B, 0x200, 0x201, 0x202, 0x207, 0x208, 0x209, 0x211, 0x212, 0x213,
        0x214, 0x2BC, 0x8649, 0x8769, 0x8773, 0x8825, 0x927C, 0xA005, 0xC612,
    ];

    private static readonly int[] Values =
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 32, 64, 8, 32773, 32946, 34712, 34892, 50000, 50001, 34676, 32844, 32845, 65535];

    /// <summary>One change, and what it is called; null: no TIFF, or none of the 32-bit kind.</summary>
    public static (byte[] File, string Kind)? Apply(byte[] file, Dice dice)
    {
        if (file.Length < 14 || !(file.AsSpan().StartsWith("II*\0"u8) || file.AsSpan().StartsWith("MM\0*"u8)))
            return null;
        var isLittle = file[0] == 'I';
        var directories = Directories(file, isLittle);
        if (directories.Count == 0)
            return null;
        var (start, count) = dice.Of(directories);
        var entry = start + 2 + (EntryLength * dice.Below(count));
        var end = start + 2 + (EntryLength * count);
        return dice.Below(10) switch
        {
            0 => (Set(start, 2, dice.OddNumber(2)), "tiff.count"),
            1 => (Set(end, 4, dice.OneIn(2) ? (ulong)dice.Of(directories).Start : dice.OddNumber(4)), "tiff.next"),
            2 => (Set(entry, 2, dice.Of(Tags)), "tiff.tag"),
            3 => (Set(entry + 2, 2, dice.OneIn(2) ? (ulong)dice.Below(20) : dice.OddNumber(2)), "tiff.type"),
            4 => (Set(entry + 4, 4, dice.OddNumber(4)), "tiff.values"),
            5 => (Set(entry + 8, 4, dice.OddNumber(4)), "tiff.offset"),
            6 => (Set(entry + 8, isLittle ? 4 : 2, (ulong)dice.Of(Values)), "tiff.value"),
            7 => (Copy(), "tiff.copy"),
            8 => (Shared(), "tiff.shared"),
            _ => (
                Set(0, 4, dice.Of<ulong>(isLittle ? [0x002B4949, 0x2A004D4D, 0x002A4D4D] : [0x4D4D002B, 0x4949002A, 0x49492A00])),
                "tiff.order"),
        };

        byte[] Set(int offset, int size, ulong value) =>
            offset + size <= file.Length ? new Field(offset, size, isLittle).Set(file, value) : file;

        byte[] Shared() // directories behind each other, each with many tags of its own whose values are all the same bytes
        {
            var (tags, copies) = (dice.Below(2000), 1 + dice.Below(20));
            var bytes = new List<byte>([.. file, .. new byte[file.Length % 2]]);
            var first = bytes.Count;
            var length = 2 + (EntryLength * (count + tags)) + 4;
            for (var copy = 1; copy <= copies; copy++)
            {
                bytes.AddRange([.. Bytes(2, (ulong)(count + tags)), .. file[(start + 2)..end]]);
                for (var tag = 0; tag < tags; tag++)
                {
                    bytes.AddRange(
                    [
                        .. Bytes(2, (ulong)(40_000 + tag)), .. Bytes(2, 7), .. Bytes(4, (ulong)file.Length - 8), .. Bytes(4, 8),
                    ]);
                }

                bytes.AddRange(Bytes(4, copy < copies ? (ulong)(first + (copy * length)) : 0));
            }

            return new Field(4, 4, isLittle).Set([.. bytes], (ulong)first);
        }

        byte[] Bytes(int size, ulong value) => new Field(0, size, isLittle).Set(new byte[size], value);

        byte[] Copy() // the entry over another
        {
            var changed = file.ToArray();
            file.AsSpan(entry, EntryLength).CopyTo(changed.AsSpan(start + 2 + (EntryLength * dice.Below(count))));
            return changed;
        }
    }

    private static List<(int Start, int Count)> Directories(byte[] file, bool isLittle)
    {
        var found = new List<(int, int)>();
        var start = Number(file, 4, 4, isLittle);
        while (found.Count < 16 && start >= 8 && start + 2 <= file.Length)
        {
            var count = (int)Number(file, (int)start, 2, isLittle);
            var end = start + 2 + (EntryLength * count);
            if (count == 0 || end > file.Length)
                break;
            found.Add(((int)start, count));
            for (var i = 0; i < count; i++) // the directories of EXIF, GPS and of smaller copies
            {
                var entry = (int)start + 2 + (EntryLength * i);
                var value = Number(file, entry + 8, 4, isLittle);
                if (Number(file, entry, 2, isLittle) is 0x8769 or 0x8825 or 0x14A && value + 2 <= file.Length
                    && Number(file, (int)value, 2, isLittle) is > 0 and var inner
                    && value + 2 + (EntryLength * inner) <= file.Length)
                    found.Add(((int)value, (int)inner));
            }

            start = end + 4 <= file.Length ? Number(file, (int)end, 4, isLittle) : 0;
        }

        return found;
    }

    private static long Number(byte[] file, int offset, int size, bool isLittle) => (size, isLittle) switch
    {
        (2, true) => BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(offset)),
        (2, false) => BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(offset)),
        (_, true) => BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(offset)),
        _ => BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(offset)),
    };
}
