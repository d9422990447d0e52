using System.Buffers.Binary;

namespace FaceDeid.Tests.Imaging;

/// <summary>Colour profiles put together by hand (ICC.1:2010).</summary>
internal static class IccProfiles
{
    private const int Head = 128;
    private const int TagLength = 12;

    /// <summary>A profile of gray.</summary>
    /// <param name="curve">Light of samples at equal distances, 0 to 65535.</param>
    /// <param name="padding">Bytes more.</param>
    public static byte[] Gray(int[] curve, int padding = 0)
    {
        byte[] samples = [.. "curv\0\0\0\0"u8, .. Int32(curve.Length), .. curve.SelectMany(value => Int32(value)[2..])];
        byte[] white = [.. "XYZ \0\0\0\0"u8, .. Int32(0xF6D6), .. Int32(0x10000), .. Int32(0xD32D)];
        byte[] text = [.. "text\0\0\0\0"u8, .. "none\0\0\0\0"u8];
        byte[] desc = [.. "desc\0\0\0\0"u8, .. Int32(2), .. "g\0"u8, .. new byte[78]];
        (string Name, byte[] Data)[] tags =
            [("desc", desc), ("cprt", text), ("wtpt", white), ("kTRC", samples), ("padd", new byte[Math.Max(8, padding)])];
        var at = Head + 4 + (TagLength * tags.Length);
        List<byte> table = [.. Int32(tags.Length)], data = [];
        foreach (var (name, content) in tags)
        {
            table.AddRange([.. name.Select(letter => (byte)letter), .. Int32(at + data.Count), .. Int32(content.Length)]);
            data.AddRange([.. content, .. new byte[(4 - (content.Length % 4)) % 4]]);
        }

        byte[] profile = [.. new byte[Head], .. table, .. data];
        BinaryPrimitives.WriteInt32BigEndian(profile, profile.Length);
        BinaryPrimitives.WriteInt32BigEndian(profile.AsSpan(8), 0x02400000); // version
        "mntrGRAYXYZ "u8.CopyTo(profile.AsSpan(12));
        "acsp"u8.CopyTo(profile.AsSpan(36));
        white.AsSpan(8).CopyTo(profile.AsSpan(68));
        return profile;
    }

    private static byte[] Int32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
