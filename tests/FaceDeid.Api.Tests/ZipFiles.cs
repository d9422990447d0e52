using System.Buffers.Binary;
using System.Text;

namespace FaceDeid.Api.Tests;

/// <summary>
/// ZIP files with what no program writes (APPNOTE 6.3.10); they begin as .NET writes them, without comments or ZIP64.
/// </summary>
internal static class ZipFiles
{
    private const int EndLength = 22, CentralLength = 46, LocalLength = 30;

    /// <summary>Bytes between the last entry and the table of contents.</summary>
    public static byte[] WithGap(byte[] zip, byte[] hidden)
    {
        var start = TableStart(zip);
        byte[] changed = [.. zip[..start], .. hidden, .. zip[start..]];
        BinaryPrimitives.WriteInt32LittleEndian(changed.AsSpan(changed.Length - 6), start + hidden.Length);
        return changed;
    }

    /// <summary>A field of an unknown kind in the table's first line.</summary>
    public static byte[] WithExtra(byte[] zip, byte[] hidden)
    {
        var start = TableStart(zip);
        var name = BinaryPrimitives.ReadUInt16LittleEndian(zip.AsSpan(start + 28));
        byte[] field = [0xFE, 0xCA, (byte)(hidden.Length & 0xFF), (byte)(hidden.Length >> 8), .. hidden];
        var at = start + CentralLength + name;
        byte[] changed = [.. zip[..at], .. field, .. zip[at..]];
        BinaryPrimitives.WriteUInt16LittleEndian(changed.AsSpan(start + 30), (ushort)field.Length);
        var size = changed.AsSpan(changed.Length - 10);
        BinaryPrimitives.WriteInt32LittleEndian(size, BinaryPrimitives.ReadInt32LittleEndian(size) + field.Length);
        return changed;
    }

    /// <summary>Another name, of the same length, where the first entry itself lies.</summary>
    public static byte[] WithLocalName(byte[] zip, string name)
    {
        var changed = zip.ToArray();
        Encoding.ASCII.GetBytes(name).CopyTo(changed, LocalLength);
        return changed;
    }

    /// <summary>All entries after the second lie where the second lies.</summary>
    public static byte[] InOnePlace(byte[] zip)
    {
        var changed = zip.ToArray();
        var second = -1;
        var number = 0;
        for (var at = TableStart(zip); at < zip.Length - EndLength; number++)
        {
            var place = changed.AsSpan(at + 42);
            if (number == 1)
                second = BinaryPrimitives.ReadInt32LittleEndian(place);
            else if (number > 1)
                BinaryPrimitives.WriteInt32LittleEndian(place, second);
            at += CentralLength + BinaryPrimitives.ReadUInt16LittleEndian(zip.AsSpan(at + 28))
                + BinaryPrimitives.ReadUInt16LittleEndian(zip.AsSpan(at + 30))
                + BinaryPrimitives.ReadUInt16LittleEndian(zip.AsSpan(at + 32));
        }

        return changed;
    }

    private static int TableStart(byte[] zip) => BinaryPrimitives.ReadInt32LittleEndian(zip.AsSpan(zip.Length - 6));
}
