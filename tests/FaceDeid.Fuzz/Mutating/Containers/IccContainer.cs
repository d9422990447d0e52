namespace FaceDeid.Fuzz.Mutating.Containers;

/// <summary>
/// A colour profile: its head with the table of tags, and what the tags hold (ICC.1:2022, section 7). Nothing that refers to a
/// place is put right.
/// </summary>
internal sealed class IccContainer : IContainer
{
    private const int HeadLength = 128;
    private const int EntryLength = 12;

    public string Name => "icc";

    public IReadOnlyList<Piece> Extras => [];

    public IReadOnlyList<Piece>? Split(byte[] file)
    {
        if (file.Length < HeadLength + 4 || !file.AsSpan(36).StartsWith("acsp"u8))
            return null;
        var tags = (file[HeadLength + 2] << 8) | file[HeadLength + 3];
        var end = Math.Min(file.Length, HeadLength + 4 + (tags * EntryLength));
        return
        [
            new Piece("head", file[..(HeadLength + 4)]) { IsRaw = true },
            new Piece("tags", file[(HeadLength + 4)..end]) { IsRaw = true }, new Piece("data", file[end..]) { IsRaw = true },
        ];
    }

    public byte[] Join(IEnumerable<Piece> pieces) => [.. pieces.SelectMany(piece => piece.Data)];

    public IReadOnlyList<Field> FieldsOf(Piece piece) => piece.Type switch
    {
        // Size, version, class, colour space, connection space, flags, intent, count of tags.
        "head" => [new(0, 4), new(8, 4), new(12, 4), new(16, 4), new(20, 4), new(44, 4), new(64, 4), new(HeadLength, 4)],
        "tags" => [.. Enumerable.Range(0, piece.Data.Length / EntryLength)
            .SelectMany(i => (Field[])[new(EntryLength * i, 4), new((EntryLength * i) + 4, 4), new((EntryLength * i) + 8, 4)])],
        _ => [.. Enumerable.Range(0, Math.Min(64, piece.Data.Length / 4)).Select(i => new Field(4 * i, 4))],
    };
}
