using System.IO.Compression;

namespace FaceDeid.Fuzz.Mutating;

/// <summary>
/// Damage to a file whose pieces are known: the rest of it stays whole, so that readers come as far as the damage.
/// </summary>
internal static class PieceMutations
{
    private const int BombLength = 20_000_000;
    private const int FloodBytes = 1_000_000;
    private const int MostOfFlood = 20_000;

    private static readonly (string Kind, int Weight)[] Kinds =
    [
        ("drop", 2), ("twice", 2), ("move", 2), ("bits", 6), ("length", 3), ("type", 1), ("checksum", 1), ("field", 8),
        ("inside", 6), ("packed", 4), ("bomb", 1), ("extra", 4), ("cut", 2), ("foreign", 2), ("flood", 2),
    ];

    private static readonly Lazy<byte[]> Bomb = new(() => Deflated(new byte[BombLength]));

    /// <summary>Few bytes that unpack to many, by zlib.</summary>
    public static byte[] Packed => Bomb.Value;

    /// <summary>One change of a piece, and what it is called; null: this file has nothing that it could change.</summary>
    /// <param name="container">The format.</param>
    /// <param name="file">The file.</param>
    /// <param name="dice">What is changed, and how.</param>
    /// <param name="inside">
    /// Changes what lies in a piece, such as a profile or a box; null where that is nothing that is known.
    /// </param>
    /// <param name="other">Another file, perhaps of this format, whose pieces may be put in.</param>
    public static (byte[] File, string Kind)? Apply(
        IContainer container, byte[] file, Dice dice, Func<byte[], Dice, (byte[] Data, string Kind)?> inside, byte[] other)
    {
        if (container.Split(file) is not { Count: > 0 } split)
            return null;
        var pieces = split.ToList();
        var kind = dice.Weighted(Kinds);
        var at = dice.Below(pieces.Count);
        if (string.Equals(kind, "field", StringComparison.Ordinal)
            && Chosen(pieces, piece => container.FieldsOf(piece).Count > 0, dice) is { } known)
            at = known;
        var piece = pieces[at];
        switch (kind)
        {
            case "drop": pieces.RemoveAt(at); break;
            case "twice": pieces.Insert(dice.Below(pieces.Count + 1), piece); break;
            case "move": pieces.RemoveAt(at); pieces.Insert(dice.Below(pieces.Count + 1), piece); break;
            case "length": pieces[at] = piece with { ClaimedLength = Length(piece, dice) }; break;
            case "type": pieces[at] = piece with { Type = dice.Of(pieces).Type, IsRaw = false }; break;
            case "checksum": pieces[at] = piece with { HasWrongChecksum = true }; break;
            case "cut": pieces[at] = piece with { Data = piece.Data[..dice.Below(piece.Data.Length)] }; break;
            case "field" when Field(container, piece, dice) is { } changed: pieces[at] = changed; break;
            case "bomb" when Unpacked(piece) is { } packed:
                pieces[at] = piece with { Data = [.. piece.Data[..packed.Start], .. Bomb.Value] };
                break;
            case "packed" when Unpacked(piece) is { } packed:
                pieces[at] = piece with { Data = Repacked(piece, packed, dice, inside) };
                break;
            case "inside" when inside(piece.Data, dice) is { } changed:
                pieces[at] = piece with { Data = changed.Data };
                return (container.Join(pieces), $"{container.Name}.{Name(piece)}/{changed.Kind}");
            case "extra" when container.Extras.Count > 0:
                piece = dice.Of(container.Extras);
                pieces.Insert(dice.Below(pieces.Count + 1), piece);
                break;
            case "flood":
                piece = dice.OneIn(2) && container.Extras.Count > 0 ? dice.Of(container.Extras) : piece;
                pieces.InsertRange(dice.Below(pieces.Count + 1), Enumerable.Repeat(
                    piece, dice.Below(Math.Min(MostOfFlood, FloodBytes / (piece.Data.Length + 8)) + 1)));
                break;
            case "foreign" when container.Split(other) is { Count: > 0 } foreign:
                piece = dice.Of(foreign);
                pieces.Insert(dice.Below(pieces.Count + 1), piece);
                break;
            default: kind = "bits"; pieces[at] = piece with { Data = ByteMutations.Apply(piece.Data, dice).Bytes }; break;
        }

        return (container.Join(pieces), $"{container.Name}.{kind}:{Name(piece)}");
    }

    private static Piece? Field(IContainer container, Piece piece, Dice dice)
    {
        var fields = container.FieldsOf(piece).Where(field => field.Offset + field.Size <= piece.Data.Length).ToList();
        if (fields.Count == 0)
            return null;
        var field = dice.Of(fields);
        return piece with { Data = field.Set(piece.Data, dice.OddNumber(field.Size)) };
    }

    private static int? Chosen(List<Piece> pieces, Predicate<Piece> isMeant, Dice dice)
    {
        var places = Enumerable.Range(0, pieces.Count).Where(i => isMeant(pieces[i])).ToList();
        return places.Count == 0 ? null : dice.Of(places);
    }

    private static uint Length(Piece piece, Dice dice) =>
        dice.OneIn(2) ? (uint)(piece.Data.Length + dice.Below(40) - 20) : (uint)dice.OddNumber(4);

    /// <summary>The name, if it is one: damaged ones are all alike.</summary>
    private static string Name(Piece piece) => piece.Type.All(char.IsAsciiLetterOrDigit) ? piece.Type : "?";

    /// <summary>Where a zlib stream begins in a piece, and what it holds.</summary>
    private static (int Start, byte[] Content)? Unpacked(Piece piece)
    {
        var start = piece.Data.AsSpan(0, Math.Min(piece.Data.Length, 100)).IndexOf((byte)0x78);
        if (start < 0)
            return null;
        try
        {
            using var source = new MemoryStream(piece.Data, start, piece.Data.Length - start);
            using var inflate = new ZLibStream(source, CompressionMode.Decompress);
            using var content = new MemoryStream();
            var buffer = new byte[4096];
            int count;
            while (content.Length < 4_000_000 && (count = inflate.Read(buffer)) > 0)
                content.Write(buffer, 0, count);
            return (start, content.ToArray());
        }
        catch (Exception e) when (e is InvalidDataException or IOException) // zlib has two ways to say no
        {
            return null;
        }
    }

    private static byte[] Repacked(
        Piece piece, (int Start, byte[] Content) packed, Dice dice, Func<byte[], Dice, (byte[] Data, string Kind)?> inside)
    {
        var content = dice.OneIn(2) && inside(packed.Content, dice) is { } changed
            ? changed.Data
            : ByteMutations.Apply(packed.Content, dice).Bytes;
        return [.. piece.Data[..packed.Start], .. Deflated(content)];
    }

    private static byte[] Deflated(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write(bytes);
        return packed.ToArray();
    }
}
