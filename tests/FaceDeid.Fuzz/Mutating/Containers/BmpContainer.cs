using System.Buffers.Binary;

namespace FaceDeid.Fuzz.Mutating.Containers;

/// <summary>BMP: the file's header, the picture's, what lies between that and the pixels, and these.</summary>
internal sealed class BmpContainer : IContainer
{
    private const int FileHeader = 14;

    public string Name => "bmp";

    public IReadOnlyList<Piece> Extras { get; } =
    [
        new("pixels", [255, 0, 255, 1, 0, 2, 255, 255, 0, 0, 0, 3, 1, 2, 3, 0]) { IsRaw = true },
            new("palette", new byte[1024]) { IsRaw = true },
    ];

    public IReadOnlyList<Piece>? Split(byte[] file)
    {
        if (file.Length < FileHeader + 12 || !file.AsSpan().StartsWith("BM"u8))
            return null;
        var header = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(FileHeader)),
            (uint)(file.Length - FileHeader)) + FileHeader;
        var pixels = Math.Max(header, (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(10)), (uint)file.Length));
        return
        [
            new("file", file[..FileHeader]) { IsRaw = true }, new("header", file[FileHeader..header]) { IsRaw = true },
            new("palette", file[header..pixels]) { IsRaw = true }, new("pixels", file[pixels..]) { IsRaw = true },
        ];
    }

    public byte[] Join(IEnumerable<Piece> pieces) => [.. pieces.SelectMany(piece => piece.Data)];

    public IReadOnlyList<Field> FieldsOf(Piece piece) => piece.Type switch
    {
        "file" => [new(2, 4, true), new(10, 4, true)],
        "header" =>
        [
            new(0, 4, true), new(4, 4, true), new(8, 4, true), new(12, 2, true), new(14, 2, true), new(16, 4, true),
                new(20, 4, true), new(32, 4, true),
            new(40, 4, true), new(44, 4, true), new(48, 4, true), new(52, 4, true), new(56, 4, true),
        ],
        _ => [],
    };
}
