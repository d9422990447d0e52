namespace FaceDeid.Imaging.Caged;

/// <summary>What the service sends to the decoder before the file. Numbers are little-endian.</summary>
/// <param name="Coder">The only coder that may look at the file.</param>
/// <param name="WithPixels">Whether pixels are wanted too; without, only the size is answered.</param>
/// <param name="WithAlpha">
/// Whether the format's header says that there is opacity: a fourth channel is left out otherwise.
/// </param>
/// <param name="AcceptsDamage">Whether what can be decoded of a damaged file is wanted.</param>
/// <param name="MaxPixels">Most pixels that may be decoded.</param>
/// <param name="MaxSide">Longest side that may be decoded, in pixels.</param>
/// <param name="Length">Bytes of the file that follow.</param>
internal readonly record struct DecoderRequest(
    DecoderCoder Coder, bool WithPixels, bool WithAlpha, bool AcceptsDamage, long MaxPixels, int MaxSide, int Length)
{
    public static DecoderRequest Read(BinaryReader from) =>
        new((DecoderCoder)from.ReadByte(), from.ReadBoolean(), from.ReadBoolean(), from.ReadBoolean(), from.ReadInt64(),
            from.ReadInt32(), from.ReadInt32());

    public void Write(BinaryWriter to)
    {
        to.Write((byte)Coder);
        to.Write(WithPixels);
        to.Write(WithAlpha);
        to.Write(AcceptsDamage);
        to.Write(MaxPixels);
        to.Write(MaxSide);
        to.Write(Length);
    }
}

/// <summary>What the decoder answers before the colour profile and the rows, from top to bottom.</summary>
/// <param name="Outcome">Whether the picture was read.</param>
/// <param name="Width">Pixels from left to right; also told when there are too many.</param>
/// <param name="Height">Pixels from top to bottom; also told when there are too many.</param>
/// <param name="Channels">3: red, green, blue; 4: with straight alpha. 8 bits each.</param>
/// <param name="ProfileLength">Bytes of the ICC profile that follow; 0: there is none.</param>
internal readonly record struct DecoderAnswer(DecoderOutcome Outcome, int Width = 0, int Height = 0, byte Channels = 0,
    int ProfileLength = 0)
{
    /// <summary>
    /// A larger colour profile is left out: those of cameras take a few kilobytes, those of printers about two megabytes.
    /// </summary>
    public const int MaxProfileLength = 4_000_000;

    public static DecoderAnswer Read(BinaryReader from) =>
        new((DecoderOutcome)from.ReadByte(), from.ReadInt32(), from.ReadInt32(), from.ReadByte(), from.ReadInt32());

    public void Write(BinaryWriter to)
    {
        to.Write((byte)Outcome);
        to.Write(Width);
        to.Write(Height);
        to.Write(Channels);
        to.Write(ProfileLength);
    }
}

/// <summary>What can be decoded.</summary>
internal enum DecoderCoder : byte
{
    Heic,
    Gif,
    Bmp,
    JpegXl,
}

/// <summary>How decoding ended.</summary>
internal enum DecoderOutcome : byte
{
    Read,
    Corrupt,
    Unsupported,
    TooManyPixels,
}
