using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics;
using FaceDeid.Imaging.Colour;

namespace FaceDeid.Imaging.Formats;

/// <summary>
/// What of a PNG (W3C, third edition) is decoded: the chunks that pixels, colours and orientation come from. Texts, times and
/// private chunks, however large they unpack, are left behind, and so is whatever follows the end. Of profiles and EXIF the first
/// counts; a profile that unpacks to too much is refused.
/// </summary>
internal static class PngFile
{
    private const int Overhead = 12; // of a chunk: length, type, checksum
    private const double CommonGamma = 0.45455; // what encoders write who mean sRGB
    private const double UnitsPerOne = 100_000;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    private static ReadOnlySpan<byte> End => [0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82];

    public static bool Is(ReadOnlySpan<byte> file) => file.StartsWith(Signature);

    /// <summary>
    /// The chunks that are decoded, and what the samples mean; null: an embedded profile says it, or they are sRGB.
    /// </summary>
    /// <param name="file">The whole file; it begins as a PNG.</param>
    /// <exception cref="FaceDeidException">
    /// It is animated, of Apple's kind that only its own devices read, or its profile is too large.
    /// </exception>
    public static (byte[] Essence, ColourSpace? Colours) Read(ReadOnlySpan<byte> file)
    {
        var essence = new ArrayBufferWriter<byte>(file.Length + End.Length);
        essence.Write(Signature);
        var colours = new Colours();
        var rest = file[Signature.Length..];
        while (rest.Length >= Overhead)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            var isWhole = length <= (uint)(rest.Length - Overhead);
            var chunk = isWhole ? rest[..((int)length + Overhead)] : rest;
            var type = chunk[4..8];
            var content = isWhole ? chunk[8..^4] : [];
            RefuseOtherKinds(type, content);
            colours.Add(type, content);
            if (IsNeeded(type, colours))
            {
                if (type.SequenceEqual("iCCP"u8))
                    RefuseLargeProfile(content);
                essence.Write(chunk);
            }

            if (type.SequenceEqual("IEND"u8))
                return (essence.WrittenSpan.ToArray(), colours.Told());
            if (!isWhole)
                return (essence.WrittenSpan.ToArray(), Colours: null);
            rest = rest[chunk.Length..];
        }

        if (rest.IsEmpty) // ends with a whole chunk: whether all pixels are there is for the decoder to find
            essence.Write(End);
        return (essence.WrittenSpan.ToArray(), colours.Told());
    }

    private static bool IsNeeded(ReadOnlySpan<byte> type, Colours colours)
    {
        if (type.SequenceEqual("iCCP"u8))
            return colours.IsFirstProfile;
        if (type.SequenceEqual("eXIf"u8))
            return colours.IsFirstOrientation;
        var isCritical = (type[0] & 0x20) == 0; // also those that nobody knows: a decoder must refuse them
        return isCritical || type.SequenceEqual("tRNS"u8);
    }

    /// <summary>
    /// Unpacks as much as is allowed, and keeps nothing. What cannot be unpacked is for the decoder to complain of.
    /// </summary>
    private static void RefuseLargeProfile(ReadOnlySpan<byte> content)
    {
        var name = content.IndexOf((byte)0);
        if (name < 0 || name + 2 > content.Length)
            return;
        using var packed = new MemoryStream(content[(name + 2)..].ToArray(), writable: false); // behind the kind of compression
        using var zlib = new ZLibStream(packed, CompressionMode.Decompress);
        Span<byte> unpacked = stackalloc byte[4096];
        try
        {
            int count;
            for (var length = 0; (count = zlib.Read(unpacked)) > 0;)
            {
                if ((length += count) > ColourProfile.MostBytes)
                    throw ColourProfile.TooLarge();
            }
        }
        catch (InvalidDataException)
        {
            // It is damaged.
        }
    }

    private static void RefuseOtherKinds(ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        // One frame in the usual place is a still picture; another picture may stand in fdAT.
        if (type.SequenceEqual("fdAT"u8)
            || (type.SequenceEqual("acTL"u8) && content.Length >= 4 && BinaryPrimitives.ReadUInt32BigEndian(content) > 1))
        {
            throw new FaceDeidException(
                FaceDeidError.AnimatedImage, "The picture is animated. Send its frames one by one as still pictures.");
        }

        if (type.SequenceEqual("CgBI"u8))
        {
            throw new FaceDeidException(
                FaceDeidError.UnsupportedFormat, "The PNG is made for Apple's devices only. Save it anew as a usual PNG.");
        }
    }

    /// <summary>What ancillary chunks say of colours; those of the third edition come first, see its section 13.14.</summary>
    private sealed class Colours
    {
        private ColourSpace? _byCodePoints;
        private Chromaticities? _primaries;
        private double? _gamma;
        private bool _isSrgb;
        private int _profiles;
        private int _orientations;

        public bool IsFirstProfile => _profiles == 1;

        public bool IsFirstOrientation => _orientations == 1;

        public void Add(ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
        {
            if (type.SequenceEqual("iCCP"u8))
                _profiles++;
            else if (type.SequenceEqual("eXIf"u8))
                _orientations++;
            else if (type.SequenceEqual("sRGB"u8))
                _isSrgb = true;
            else if (type.SequenceEqual("cICP"u8) && content.Length == 4)
                _byCodePoints ??= ColourSpace.OfCodePoints(content[0], content[1]);
            else if (type.SequenceEqual("gAMA"u8) && content.Length == 4)
                _gamma = BinaryPrimitives.ReadUInt32BigEndian(content) / UnitsPerOne;
            else if (type.SequenceEqual("cHRM"u8) && content.Length == 32)
                _primaries = new Chromaticities(Point(content[8..]), Point(content[16..]), Point(content[24..]), Point(content));
        }

        public ColourSpace? Told()
        {
            if (_byCodePoints is not null)
                return _byCodePoints;
            if (_profiles > 0 || _isSrgb)
                return null;
            var primaries = _primaries is { IsPossible: true } given && !given.IsNear(Chromaticities.Srgb)
                ? given
                : Chromaticities.Srgb;
            return _gamma is >= 0.1 and <= 10 and var gamma && Math.Abs(gamma - CommonGamma) > 0.02
                ? new ColourSpace(primaries, TransferFunction.Power, 1 / gamma)
                : new ColourSpace(primaries, TransferFunction.Srgb);
        }

        private static Vector2 Point(ReadOnlySpan<byte> at) => new(
            (float)(BinaryPrimitives.ReadUInt32BigEndian(at) / UnitsPerOne),
            (float)(BinaryPrimitives.ReadUInt32BigEndian(at[4..]) / UnitsPerOne));
    }
}
