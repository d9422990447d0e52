using System.Text;

namespace FaceDeid.Fuzz.Mutating.Containers;

/// <summary>ZIP: records told by their signatures (APPNOTE 4.3). Nothing that refers to a place is put right.</summary>
internal sealed class ZipRecords : IContainer
{
    public string Name => "zip";

    public IReadOnlyList<Piece> Extras { get; } =
    [
        Raw("PK\x05\x06", new byte[18]), Raw("PK\x06\x06", new byte[52]), Raw("PK\x06\x07", new byte[16]),
        Raw("PK\x07\x08", new byte[12]), Raw("PK\x01\x02", new byte[42]), Raw("PK\x03\x04", new byte[26]),
    ];

    public IReadOnlyList<Piece>? Split(byte[] file)
    {
        if (!file.AsSpan().StartsWith("PK"u8))
            return null;
        var pieces = new List<Piece>();
        var start = 0;
        for (var i = 1; i <= file.Length; i++)
        {
            if (i < file.Length
                && !(i + 4 <= file.Length && file[i] == 'P' && file[i + 1] == 'K' && file[i + 2] is > 0 and < 8
                    && file[i + 3] is > 0 and < 9))
                continue;
            pieces.Add(new Piece(NameOf(file.AsSpan(start, i - start)), file[start..i]) { IsRaw = true });
            start = i;
        }

        return pieces;
    }

    public byte[] Join(IEnumerable<Piece> pieces) => [.. pieces.SelectMany(piece => piece.Data)];

    public IReadOnlyList<Field> FieldsOf(Piece piece) => piece.Type switch
    {
        // Version, flags, method, time, date, CRC, sizes, lengths of name and extra field.
        "PK34" => Numbers(4, 2, 2, 2, 2, 2, 4, 4, 4, 2, 2),
        "PK12" => Numbers(4, 2, 2, 2, 2, 2, 2, 4, 4, 4, 2, 2, 2, 2, 2, 4, 4),
        "PK56" => Numbers(4, 2, 2, 2, 2, 4, 4, 2),
        "PK66" => Numbers(4, 8, 2, 2, 4, 4, 8, 8, 8, 8),
        _ => [],
    };

    private static Field[] Numbers(int start, params int[] sizes)
    {
        var fields = new List<Field>();
        foreach (var size in sizes)
        {
            fields.Add(new Field(start, size, IsLittleEndian: true));
            start += size;
        }

        return [.. fields];
    }

    private static Piece Raw(string signature, byte[] rest)
    {
        byte[] data = [.. Encoding.Latin1.GetBytes(signature), .. rest];
        return new Piece(NameOf(data), data) { IsRaw = true };
    }

    private static string NameOf(ReadOnlySpan<byte> record) => record.Length >= 4 ? $"PK{record[2]}{record[3]}" : "rest";
}
