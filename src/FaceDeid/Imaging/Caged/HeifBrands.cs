using System.Buffers.Binary;
using System.Text;
using FaceDeid.Imaging.Formats;

namespace FaceDeid.Imaging.Caged;

/// <summary>The brands of an ISO base media file (ISO/IEC 14496-12, section 4.3; HEIF, ISO/IEC 23008-12, section 10).</summary>
internal static class HeifBrands
{
    private const int Header = 8;

    /// <summary>Whether it holds pictures or sequences in HEVC. What is AVIF too is AVIF.</summary>
    public static bool IsHeic(ReadOnlySpan<byte> file) =>
        !Has(file, brand => brand is "avif" or "avis")
            && Has(file, brand => brand is "heic" or "heix" or "heim" or "heis" || IsSequence(brand));

    public static void RefuseSequence(ReadOnlySpan<byte> file)
    {
        if (Has(file, IsSequence))
            throw Refusals.Animated();
    }

    private static bool IsSequence(string brand) => brand is "msf1" or "hevc" or "hevx" or "hevm" or "hevs";

    private static bool Has(ReadOnlySpan<byte> file, Predicate<string> wanted)
    {
        if (file.Length < 2 * Header || !file[4..8].SequenceEqual("ftyp"u8))
            return false;
        var length = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(file), (uint)Math.Min(file.Length, 1024));
        for (var at = Header; at + 4 <= length; at += 4)
        {
            // The second word is the version of the first brand.
            if (at != Header + 4 && wanted(Encoding.Latin1.GetString(file.Slice(at, 4))))
                return true;
        }

        return false;
    }
}
