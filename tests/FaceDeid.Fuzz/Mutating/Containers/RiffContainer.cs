using System.Buffers.Binary;
using System.Text;

namespace FaceDeid.Fuzz.Mutating.Containers;

/// <summary>WebP: RIFF chunks of even length (RFC 9649, section 2.3).</summary>
internal sealed class RiffContainer : IContainer
{
    private const int HeadLength = 12;

    public string Name => "webp";

    public IReadOnlyList<Piece> Extras { get; } =
    [
        new("VP8X", [0x3E, 0, 0, 0, 149, 0, 0, 149, 0, 0]), new("VP8X", [0, 0, 0, 0, 255, 255, 255, 255, 255, 255]),
        new("ANIM", [0, 0, 0, 0, 0, 0]), new("ANMF", new byte[24]), new("ALPH", [1]), new("ALPH", [0, .. new byte[64]]),
        new("ICCP", new byte[128]), new("EXIF", [.. "II*\0"u8, 8, 0, 0, 0]), new("XMP ", [.. "<x"u8]), new("VP8 ", []),
        new("VP8L", [0x2F]), new("fdSe", [.. "FDSEAL\x01"u8]),
    ];

    public IReadOnlyList<Piece>? Split(byte[] file)
    {
        if (file.Length < HeadLength || !file.AsSpan().StartsWith("RIFF"u8) || !file.AsSpan(8).StartsWith("WEBP"u8))
            return null;
        var pieces = new List<Piece>();
        var at = HeadLength;
        while (at + 8 <= file.Length)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 4));
            if (length > file.Length - at - 8)
                break;
            pieces.Add(new Piece(Encoding.Latin1.GetString(file, at, 4), file[(at + 8)..(at + 8 + (int)length)]));
            at = Math.Min(file.Length, at + 8 + (int)(length + (length & 1)));
        }

        if (at < file.Length)
            pieces.Add(new Piece("rest", file[at..]) { IsRaw = true });
        return pieces;
    }

    public byte[] Join(IEnumerable<Piece> pieces)
    {
        using var body = new MemoryStream();
        body.Write("WEBP"u8);
        foreach (var piece in pieces)
        {
            if (!piece.IsRaw)
            {
                body.Write(Encoding.Latin1.GetBytes(piece.Type));
                body.Write(LittleEndian(piece.ClaimedLength ?? (uint)piece.Data.Length));
            }

            body.Write(piece.Data);
            if (!piece.IsRaw && piece.Data.Length % 2 == 1)
                body.WriteByte(0);
        }

        return [.. "RIFF"u8, .. LittleEndian((uint)body.Length), .. body.ToArray()];
    }

    public IReadOnlyList<Field> FieldsOf(Piece piece) => piece.Type switch
    {
        "VP8X" => [new(0, 1), new(4, 3, true), new(7, 3, true)],
        "VP8 " => [new(0, 3, true), new(6, 2, true), new(8, 2, true), new(10, 1), new(11, 1), new(12, 1)],
        "VP8L" => [new(0, 1), new(1, 4, true), new(5, 1), new(6, 1)],
        "ALPH" => [new(0, 1), new(1, 1)],
        "ANMF" => [new(0, 3, true), new(3, 3, true), new(6, 3, true), new(9, 3, true), new(12, 3, true), new(15, 1)],
        _ => [],
    };

    private static byte[] LittleEndian(uint value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16), (byte)(value >> 24)];
}
