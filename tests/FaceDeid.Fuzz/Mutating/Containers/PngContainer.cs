using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace FaceDeid.Fuzz.Mutating.Containers;

/// <summary>PNG: chunks with length, type and CRC (PNG 3, section 5.3).</summary>
internal sealed class PngContainer : IContainer
{
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    public string Name => "png";

    public IReadOnlyList<Piece> Extras { get; } =
    [
        new("acTL", [0, 0, 0, 2, 0, 0, 0, 0]), new("tRNS", [0, 1, 0, 2, 0, 3]), new("PLTE", [1, 2, 3, 4, 5, 6]),
        new("gAMA", [0, 0, 0, 0]), new("cHRM", new byte[32]), new("sBIT", [9, 0, 9]), new("pHYs", new byte[9]),
        new("bKGD", [0, 1]), new("hIST", [0, 1]), new("sRGB", [9]), new("cICP", [9, 16, 0, 1]),
        new("tIME", [0, 0, 13, 32, 25, 61, 61]), new("oFFs", new byte[9]), new("IEND", []), new("IDAT", []),
        new("eXIf", [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, 9, 0, 0, 0, 0, 0, 8]),
        new("iTXt", [.. "XML:com.adobe.xmp"u8, 0, 1, 0, 0, 0, 0x78, 1]), new("zTXt", [.. "k\0\0"u8, .. PieceMutations.Packed]),
        new("iCCP", [.. "x\0\0"u8, .. PieceMutations.Packed]), new("iTXt", [.. "k\0\x01\0\0\0"u8, .. PieceMutations.Packed]),
        new("sPLT", [.. "p"u8, 0, 8, 1, 2, 3, 4, 0]), new("fdSe", [.. "FDSEAL\x01"u8]),
    ];

    public IReadOnlyList<Piece>? Split(byte[] file)
    {
        if (!file.AsSpan().StartsWith(Signature))
            return null;
        var pieces = new List<Piece>();
        var at = Signature.Length;
        while (at + 12 <= file.Length)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            if (length > file.Length - at - 12)
                break;
            var end = at + 8 + (int)length;
            var isWrong = Crc(file.AsSpan(at + 4, 4 + (int)length)) != BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(end));
            pieces.Add(new Piece(Encoding.Latin1.GetString(file, at + 4, 4), file[(at + 8)..end]) { HasWrongChecksum = isWrong });
            at = end + 4;
        }

        if (at < file.Length)
            pieces.Add(new Piece("rest", file[at..]) { IsRaw = true });
        return pieces;
    }

    public byte[] Join(IEnumerable<Piece> pieces)
    {
        using var file = new MemoryStream();
        file.Write(Signature);
        Span<byte> number = stackalloc byte[4];
        foreach (var piece in pieces)
        {
            if (piece.IsRaw)
            {
                file.Write(piece.Data);
                continue;
            }

            BinaryPrimitives.WriteUInt32BigEndian(number, piece.ClaimedLength ?? (uint)piece.Data.Length);
            file.Write(number);
            byte[] body = [.. Encoding.Latin1.GetBytes(piece.Type), .. piece.Data];
            file.Write(body);
            BinaryPrimitives.WriteUInt32BigEndian(number, Crc(body) ^ (piece.HasWrongChecksum ? 1u : 0));
            file.Write(number);
        }

        return file.ToArray();
    }

    public IReadOnlyList<Field> FieldsOf(Piece piece) => piece.Type switch
    {
        "IHDR" => [new(0, 4), new(4, 4), new(8, 1), new(9, 1), new(10, 1), new(11, 1), new(12, 1)],
        "acTL" => [new(0, 4), new(4, 4)],
        "pHYs" => [new(0, 4), new(4, 4), new(8, 1)],
        "tRNS" => [new(0, 2)],
        "fcTL" => [new(4, 4), new(8, 4), new(12, 4), new(16, 4)],
        _ => [],
    };

    private static uint Crc(ReadOnlySpan<byte> bytes) => Crc32.HashToUInt32(bytes);
}
