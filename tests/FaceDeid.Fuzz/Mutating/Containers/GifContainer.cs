namespace FaceDeid.Fuzz.Mutating.Containers;

/// <summary>GIF: a screen, then extensions and images, each with its sub-blocks (GIF89a specification).</summary>
internal sealed class GifContainer : IContainer
{
    private const int HeadLength = 13;

    public string Name => "gif";

    public IReadOnlyList<Piece> Extras { get; } =
    [
        new("extension", [0x21, 0xF9, 4, 1, 0, 0, 0, 0]) { IsRaw = true }, new("extension", [0x21, 0xFE, 255]) { IsRaw = true },
        new("extension", [0x21, 0xFF, 11, .. "NETSCAPE2.0"u8, 3, 1, 0, 0, 0]) { IsRaw = true },
        new("extension", [0x21, 0xFF, 11, .. "ICCRGBG1012"u8, 1, 1, 0]) { IsRaw = true },
        new("image", [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0]) { IsRaw = true },
            new("image", [0x2C, 0, 0, 0, 0, 255, 255, 255, 255, 0x87]) { IsRaw = true },
        new("trailer", [0x3B]) { IsRaw = true },
    ];

    public IReadOnlyList<Piece>? Split(byte[] file)
    {
        if (file.Length < HeadLength || !file.AsSpan().StartsWith("GIF8"u8))
            return null;
        var pieces = new List<Piece>();
        var end = HeadLength + Table(file[10]);
        Add("screen", 0);
        while (end < file.Length && file[end] is 0x21 or 0x2C)
        {
            var start = end;
            var isImage = file[end] == 0x2C;
            end = isImage ? end + 11 + (end + 9 < file.Length ? Table(file[end + 9]) : 0) : end + 2;
            while (end < file.Length && file[end] != 0)
                end += 1 + file[end];
            end++;
            Add(isImage ? "image" : "extension", start);
        }

        if (end < file.Length)
            pieces.Add(new Piece("trailer", file[end..]) { IsRaw = true });
        return pieces;

        void Add(string type, int start)
        {
            end = Math.Min(end, file.Length);
            pieces.Add(new Piece(type, file[start..end]) { IsRaw = true });
        }
    }

    public byte[] Join(IEnumerable<Piece> pieces) => [.. pieces.SelectMany(piece => piece.Data)];

    public IReadOnlyList<Field> FieldsOf(Piece piece) => piece.Type switch
    {
        "screen" => [new(6, 2, true), new(8, 2, true), new(10, 1), new(11, 1)],
        "image" => [new(1, 2, true), new(3, 2, true), new(5, 2, true), new(7, 2, true), new(9, 1), new(10, 1), new(11, 1)],
        "extension" => [new(1, 1), new(2, 1), new(3, 1), new(6, 1)],
        _ => [],
    };

    private static int Table(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
}
