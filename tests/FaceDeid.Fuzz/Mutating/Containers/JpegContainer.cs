using System.Buffers.Binary;
using System.Globalization;

namespace FaceDeid.Fuzz.Mutating.Containers;

/// <summary>JPEG: segments with marker and length, and the entropy-coded scans between them (ITU-T T.81, annex B).</summary>
internal sealed class JpegContainer : IContainer
{
    private const string Scan = "scan";

    public string Name => "jpeg";

    public IReadOnlyList<Piece> Extras { get; } =
    [
        new("DD", [0, 1]), new("DD", [0, 0]), new("DC", [0, 50]), new("CC", [0x10, 5]), new("FE", [.. "comment"u8]),
        new("EE", [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, 2]), new("EE", [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0]),
        new("EE", [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, 255]),
        new("E1", [.. "Exif\0\0II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 8, 0, 0, 0]),
        new("E1", [.. "http://ns.adobe.com/xap/1.0/\0<x"u8]), new("E2", [.. "ICC_PROFILE\0"u8, 1, 255, 0, 0]),
        new("ED", [.. "Photoshop 3.0\08BIM\x04\x04\0\0\xff\xff\xff\xff"u8]), new("D0", []) { IsRaw = true },
        new(Scan, [0xFF, 0xD9]) { IsRaw = true }, new(Scan, [0xFF, 0xD8]) { IsRaw = true },
        new(Scan, [0xFF, 0xFF, 0xFF]) { IsRaw = true }, new("DB", [0, .. new byte[64]]), new("C4", [0, .. new byte[16]]),
    ];

    public IReadOnlyList<Piece>? Split(byte[] file)
    {
        if (!file.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]))
            return null;
        var pieces = new List<Piece>();
        var at = 2;
        while (at + 4 <= file.Length && file[at] == 0xFF && file[at + 1] != 0xD9)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at + 2));
            if (length < 2 || at + 2 + length > file.Length)
                break;
            var type = file[at + 1].ToString("X2", CultureInfo.InvariantCulture);
            pieces.Add(new Piece(type, file[(at + 4)..(at + 2 + length)]));
            at += 2 + length;
            if (type is not "DA")
                continue;
            var end = EndOfScan(file, at);
            pieces.Add(new Piece(Scan, file[at..end]) { IsRaw = true });
            at = end;
        }

        pieces.Add(new Piece("rest", file[at..]) { IsRaw = true });
        return pieces;
    }

    public byte[] Join(IEnumerable<Piece> pieces)
    {
        using var file = new MemoryStream();
        file.Write([0xFF, 0xD8]);
        foreach (var piece in pieces)
        {
            if (!piece.IsRaw)
            {
                var length = piece.ClaimedLength ?? (uint)(piece.Data.Length + 2);
                var marker = byte.TryParse(piece.Type, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var known)
                    ? known
                    : (byte)piece.Type[0];
                file.Write([0xFF, marker, (byte)(length >> 8), (byte)length]);
            }

            file.Write(piece.Data);
        }

        return file.ToArray();
    }

    public IReadOnlyList<Field> FieldsOf(Piece piece) => piece.Type switch
    {
        // Precision, height, width, components; of each component its number, sampling and quantisation table.
        "C0" or "C1" or "C2" =>
        [
            new(0, 1), new(1, 2), new(3, 2), new(5, 1),
            .. Enumerable.Range(6, Math.Max(0, piece.Data.Length - 6)).Select(i => new Field(i, 1)),
        ],
        "C4" or "DB" or "DA" => [.. Enumerable.Range(0, Math.Min(24, piece.Data.Length)).Select(i => new Field(i, 1))],
        "DD" => [new(0, 2)],
        "EE" => [new(11, 1)],
        _ => [],
    };

    private static int EndOfScan(byte[] file, int start)
    {
        for (var i = start; i + 1 < file.Length; i++)
        {
            if (file[i] == 0xFF && file[i + 1] is not 0 and not (>= 0xD0 and <= 0xD7))
                return i;
        }

        return file.Length;
    }
}
