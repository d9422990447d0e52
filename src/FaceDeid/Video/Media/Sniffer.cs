namespace FaceDeid.Video.Media;

/// <summary>Says by a file's first bytes what reads it. Its name and what was said of it do not count.</summary>
internal static class Sniffer
{
    /// <summary>How many bytes are looked at.</summary>
    public const int Length = 4096;

    private const int TransportPacket = 188;
    private const int TransportPacketWithTime = 192; // M2TS: four bytes before each

    /// <summary>ffmpeg's name of the demuxer.</summary>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.UnsupportedVideo"/>.</exception>
    public static string Demuxer(ReadOnlySpan<byte> start)
    {
        if (start.Length >= 12 && IsMovBox(start[4..8]) && !IsPicture(start))
            return "mov";
        if (start.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3]))
            return "matroska";
        if (start.Length >= 12 && start.StartsWith("RIFF"u8) && start[8..12].SequenceEqual("AVI "u8))
            return "avi";
        if (start.StartsWith((ReadOnlySpan<byte>)[0, 0, 1, 0xBA]))
            return "mpeg";
        return IsTransport(start, TransportPacket, 0) || IsTransport(start, TransportPacketWithTime, 4)
            ? "mpegts"
            : throw MediaRefusals.Unsupported();
    }

    private static bool IsMovBox(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("ftyp"u8) || type.SequenceEqual("moov"u8) || type.SequenceEqual("mdat"u8)
            || type.SequenceEqual("wide"u8) || type.SequenceEqual("free"u8) || type.SequenceEqual("skip"u8);

    /// <summary>HEIC, AVIF and their like are of the same family of formats.</summary>
    private static bool IsPicture(ReadOnlySpan<byte> start) =>
        start[4..8].SequenceEqual("ftyp"u8) && (start[8..12].SequenceEqual("heic"u8) || start[8..12].SequenceEqual("heix"u8)
            || start[8..12].SequenceEqual("mif1"u8) || start[8..12].SequenceEqual("avif"u8)
            || start[8..12].SequenceEqual("crx "u8));

    private static bool IsTransport(ReadOnlySpan<byte> start, int packet, int offset)
    {
        const int Packets = 3;
        if (start.Length < packet * Packets)
            return false;
        for (var i = 0; i < Packets; i++)
        {
            if (start[(i * packet) + offset] != 0x47)
                return false;
        }

        return true;
    }
}
