using System.Buffers;
using System.Buffers.Binary;
using FaceDeid.Imaging.Formats;

namespace FaceDeid.Imaging.Caged;

/// <summary>The blocks of a GIF (GIF89a specification, sections 17 to 27).</summary>
internal static class GifHeader
{
    private const int ScreenLength = 13; // with the signature
    private const int ImageLength = 9;
    private const byte Extension = 0x21;
    private const byte Image = 0x2C;
    private const byte Trailer = 0x3B;
    private const byte GraphicControl = 0xF9;
    private const byte Application = 0xFF;

    /// <summary>An application extension's name, of eleven letters (ICC.1:2010, annex B.6).</summary>
    private static ReadOnlySpan<byte> Profile => "\u000BICCRGBG1012"u8;

    public static bool IsGif(ReadOnlySpan<byte> file) => file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8);

    /// <summary>
    /// The logical screen, grown where the frame stands out. Walks over all blocks: only one frame may be there.
    /// </summary>
    public static ImageHeader Read(ReadOnlySpan<byte> file)
    {
        int width = UInt16(file, 6), height = UInt16(file, 8);
        var isTransparent = false;
        ReadOnlySpan<byte> frame = [];
        for (var at = ScreenLength + TableLength(file[10]); at < file.Length && file[at] != Trailer;)
        {
            switch (file[at++])
            {
                case Extension:
                    if (file[at++] == GraphicControl && frame.IsEmpty)
                        isTransparent = (file[at + 1] & 1) != 0;
                    at = AfterSubBlocks(file, at);
                    break;
                case Image:
                    if (!frame.IsEmpty)
                        throw Refusals.Animated();
                    frame = file.Slice(at, ImageLength);
                    at = AfterSubBlocks(file, at + ImageLength + TableLength(frame[8]) + 1);
                    break;
            }
        }

        if (frame.IsEmpty)
            throw Refusals.Corrupt(inner: null);
        int left = UInt16(frame, 0), top = UInt16(frame, 2), frameWidth = UInt16(frame, 4), frameHeight = UInt16(frame, 6);
        var size = new ImageSize(Math.Max(width, left + frameWidth), Math.Max(height, top + frameHeight));
        var isCovered = left == 0 && top == 0 && (frameWidth, frameHeight) == (size.Width, size.Height);
        return new ImageHeader(ImageFormat.Gif, size, Orientation: 1, HasAlpha: isTransparent || !isCovered);
    }

    /// <summary>Screen, images, what is said of how to show each of them, and the first colour profile.</summary>
    public static byte[] Essence(ReadOnlySpan<byte> file)
    {
        var essence = new ArrayBufferWriter<byte>(file.Length);
        var at = ScreenLength + TableLength(file[10]);
        essence.Write(file[..at]);
        ReadOnlySpan<byte> control = [];
        var hasProfile = false;
        while (at < file.Length && file[at] != Trailer)
        {
            var start = at++;
            switch (file[start])
            {
                case Extension:
                    at = AfterSubBlocks(file, at + 1);
                    if (file[start + 1] == GraphicControl)
                        control = file[start..at];
                    else if (!hasProfile && file[start + 1] == Application && file[(start + 2)..].StartsWith(Profile))
                    {
                        hasProfile = true;
                        essence.Write(file[start..at]);
                    }

                    break;
                case Image:
                    at = AfterSubBlocks(file, at + ImageLength + TableLength(file[at + ImageLength - 1]) + 1);
                    essence.Write(control);
                    essence.Write(file[start..at]);
                    control = [];
                    break;
            }
        }

        essence.Write([Trailer]);
        return essence.WrittenSpan.ToArray();
    }

    private static int AfterSubBlocks(ReadOnlySpan<byte> file, int at)
    {
        while (at < file.Length && file[at] != 0)
            at += 1 + file[at];
        if (at >= file.Length)
            throw Refusals.Corrupt(inner: null);
        return at + 1;
    }

    private static int TableLength(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

    private static int UInt16(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt16LittleEndian(file.Slice(at, 2));
}
