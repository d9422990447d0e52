using System.Buffers;
using System.Buffers.Binary;

namespace FaceDeid.Imaging.Formats;

/// <summary>
/// What of a WebP (RFC 9649) is decoded: the chunks that pixels, colours and orientation come from, of profiles and EXIF the
/// first. Texts, unknown chunks and whatever follows the end are left behind.
/// </summary>
internal static class WebpFile
{
    private const int Head = 12; // RIFF, length, WEBP
    private const int Frame = 8; // of a chunk: type and length

    public static bool Is(ReadOnlySpan<byte> file) =>
        file.Length >= Head && file.StartsWith("RIFF"u8) && file[8..Head].SequenceEqual("WEBP"u8);

    /// <summary>The chunks that are decoded.</summary>
    /// <param name="file">The whole file; it begins as a WebP.</param>
    public static byte[] Essence(ReadOnlySpan<byte> file)
    {
        var essence = new ArrayBufferWriter<byte>(file.Length);
        essence.Write(file[..Head]);
        var end = Math.Min(file.Length, 8L + BinaryPrimitives.ReadUInt32LittleEndian(file[4..]));
        var rest = file[Head..(int)Math.Max(Head, end)];
        var (hasProfile, hasExif) = (false, false);
        while (rest.Length >= Frame)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            var padded = Frame + (long)length + (length % 2);
            if (padded > rest.Length)
            {
                essence.Write(rest); // how much of the picture is missing is for the decoder to find
                return essence.WrittenSpan.ToArray();
            }

            if (IsNeeded(rest[..4], ref hasProfile, ref hasExif))
                essence.Write(rest[..(int)padded]);
            rest = rest[(int)padded..];
        }

        var bytes = essence.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), (uint)(bytes.Length - 8));
        return bytes;
    }

    private static bool IsNeeded(ReadOnlySpan<byte> type, ref bool hasProfile, ref bool hasExif)
    {
        if (type.SequenceEqual("ICCP"u8))
            return !hasProfile && (hasProfile = true);
        if (type.SequenceEqual("EXIF"u8))
            return !hasExif && (hasExif = true);
        return type.SequenceEqual("VP8 "u8) || type.SequenceEqual("VP8L"u8) || type.SequenceEqual("VP8X"u8)
            || type.SequenceEqual("ALPH"u8) || type.SequenceEqual("ANIM"u8) || type.SequenceEqual("ANMF"u8);
    }
}
