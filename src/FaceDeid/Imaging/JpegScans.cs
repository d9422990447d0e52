using System.Buffers.Binary;

namespace FaceDeid.Imaging;

/// <summary>
/// How often a JPEG goes over its picture (ITU-T T.81, annex B). Each scan takes time for every block, even where it says in a few
/// bytes that nothing changes: a file of 250 KB with 900 scans of 50 megapixels keeps a decoder busy for 7 seconds.
/// </summary>
internal static class JpegScans
{
    /// <summary>Encoders write 1 to 3, or 10 to 20 for a progressive picture.</summary>
    public const int Most = 100;

    private const byte Marker = 0xFF;
    private const byte EndOfImage = 0xD9;
    private const byte StartOfScan = 0xDA;

    /// <summary>Whether there are more than <see cref="Most"/>, found on the way that decoders take through a file.</summary>
    public static bool AreTooMany(ReadOnlySpan<byte> file)
    {
        for (var scans = 0; ;)
        {
            var at = file.IndexOf(Marker);
            if (at < 0 || at + 4 > file.Length)
                return false;
            file = file[(at + 1)..];
            switch (file[0])
            {
                case 0x00 or 0x01 or (>= 0xD0 and <= 0xD8) or Marker: // a byte of a scan, a marker that stands alone, filling
                    continue;
                case EndOfImage:
                    return false;
                case StartOfScan when ++scans > Most:
                    return true;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(file[1..]);
            file = file[Math.Min(1 + length, file.Length)..];
        }
    }
}
