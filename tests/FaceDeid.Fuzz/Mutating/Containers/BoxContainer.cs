using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace FaceDeid.Fuzz.Mutating.Containers;

/// <summary>
/// AVIF, HEIC, JPEG XL: boxes with size and type (ISO/IEC 14496-12, section 4.2). Boxes in boxes are split where they are
/// mutated.
/// </summary>
/// <param name="isWholeFile">
/// Whether a file is meant, which begins with <c>ftyp</c> or <c>JXL </c>; else the inside of a box.
/// </param>
internal sealed class BoxContainer(bool isWholeFile) : IContainer
{
    public string Name => isWholeFile ? "avif" : "box";

    public IReadOnlyList<Piece> Extras { get; } =
    [
        new("irot", [1]), new("imir", [1]), new("clap", new byte[32]), new("clap", [.. Enumerable.Repeat((byte)255, 32)]),
            new("pasp", new byte[8]),
        new("ispe", [0, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 1]), new("pixi", [0, 0, 0, 0, 255]), new("colr", [.. "prof"u8]),
            new("uuid", new byte[16]),
        new("moov", []), new("meta", [0, 0, 0, 0]), new("mdat", []), new("iref", [0, 0, 0, 0]),
            new("auxC", [0, 0, 0, 0, .. "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0"u8]),
        new("grpl", []), new("idat", new byte[8]), new("grid", [0, 0, 255, 255, 0, 1, 0, 1]), new("jxlp", [0, 0, 0, 0]),
            new("jxlp", [0x80, 0, 0, 9, 0xFF, 0x0A]), new("brob", [.. "Exif"u8, 1, 2, 3]), new("jxll", [10]),
        new("brob", [.. "xml "u8, .. BrotliBomb()]), new("cdsc", [0, 2, 0, 1, 0, 1]),
            new("infe", [2, 0, 0, 0, 0, 2, 0, 0, .. "Exif\0"u8]),
    ];

    private static byte[] BrotliBomb()
    {
        var packed = new byte[4096];
        BrotliEncoder.TryCompress(new byte[20_000_000], packed, out var length, quality: 3, window: 22);
        return packed[..length];
    }

    public IReadOnlyList<Piece>? Split(byte[] file)
    {
        if (file.Length < 8 || (isWholeFile && !file.AsSpan(4).StartsWith("ftyp"u8) && !file.AsSpan(4).StartsWith("JXL "u8)))
            return null;
        var pieces = new List<Piece>();
        var at = 0;
        while (at + 8 <= file.Length)
        {
            var size = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            if (size < 8 || size > file.Length - at)
                break;
            pieces.Add(new Piece(Encoding.Latin1.GetString(file, at + 4, 4), file[(at + 8)..(at + (int)size)]));
            at += (int)size;
        }

        if (at < file.Length)
            pieces.Add(new Piece("rest", file[at..]) { IsRaw = true });
        return pieces;
    }

    public byte[] Join(IEnumerable<Piece> pieces)
    {
        using var file = new MemoryStream();
        Span<byte> size = stackalloc byte[4];
        foreach (var piece in pieces)
        {
            if (!piece.IsRaw)
            {
                BinaryPrimitives.WriteUInt32BigEndian(size, piece.ClaimedLength ?? (uint)(piece.Data.Length + 8));
                file.Write(size);
                file.Write(Encoding.Latin1.GetBytes(piece.Type));
            }

            file.Write(piece.Data);
        }

        return file.ToArray();
    }

    public IReadOnlyList<Field> FieldsOf(Piece piece) => piece.Type switch
    {
        "ispe" => [new(4, 4), new(8, 4)],
        "pitm" => [new(4, 2)],
        "irot" or "imir" => [new(0, 1)],
        "clap" => [.. Enumerable.Range(0, 8).Select(i => new Field(4 * i, 4))],
        "av1C" or "pixi" or "ipma" or "iloc" or "iinf" or "infe" or "iref" =>
            [.. Enumerable.Range(0, Math.Min(24, piece.Data.Length)).Select(i => new Field(i, 1))],
        "hvcC" or "jxlc" or "jxlp" => [.. Enumerable.Range(0, Math.Min(32, piece.Data.Length)).Select(i => new Field(i, 1))],
        "mdat" => [.. Enumerable.Range(0, Math.Min(32, piece.Data.Length)).Select(i => new Field(i, 1))], // OBU headers
        _ => [],
    };
}
