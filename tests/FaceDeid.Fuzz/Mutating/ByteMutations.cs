namespace FaceDeid.Fuzz.Mutating;

/// <summary>Damage that knows nothing of formats.</summary>
internal static class ByteMutations
{
    private const int MaxInserted = 4096;

    private static readonly (string Kind, Func<byte[], Dice, byte[]> Change)[] All =
    [
        ("bit", FlipBits), ("number", SetNumber), ("cut", static (bytes, dice) => bytes[..dice.Below(bytes.Length)]),
        ("delete", Delete), ("insert", Insert), ("repeat", Repeat), ("zero", Zero), ("swap", Swap), ("byte", SetBytes),
    ];

    /// <summary>One change, and what it is called.</summary>
    public static (byte[] Bytes, string Kind) Apply(byte[] bytes, Dice dice)
    {
        var (kind, change) = dice.Of(All);
        return (bytes.Length == 0 ? dice.Bytes(8) : change(bytes, dice), kind);
    }

    /// <summary>The start of one file and the end of another.</summary>
    public static byte[] Splice(byte[] first, byte[] second, Dice dice) =>
        [.. first[..dice.Below(first.Length)], .. second[dice.Below(second.Length)..]];

    private static byte[] FlipBits(byte[] bytes, Dice dice)
    {
        var changed = bytes.ToArray();
        for (var left = 1 + dice.Below(dice.OneIn(4) ? 64 : 4); left > 0; left--)
            changed[dice.Below(bytes.Length)] ^= (byte)(1 << dice.Below(8));
        return changed;
    }

    private static byte[] SetBytes(byte[] bytes, Dice dice)
    {
        var changed = bytes.ToArray();
        for (var left = 1 + dice.Below(8); left > 0; left--)
            changed[dice.Below(bytes.Length)] = (byte)dice.OddNumber(1);
        return changed;
    }

    private static byte[] SetNumber(byte[] bytes, Dice dice)
    {
        var size = Math.Min(bytes.Length, 1 << dice.Below(4));
        return new Field(dice.Below(bytes.Length - size + 1), size, dice.OneIn(2)).Set(bytes, dice.OddNumber(size));
    }

    private static (int Start, int End) Range(byte[] bytes, Dice dice, int most)
    {
        var length = Math.Min(bytes.Length, 1 + dice.Below(dice.OneIn(4) ? most : 16));
        var start = dice.Below(bytes.Length - length + 1);
        return (start, start + length);
    }

    private static byte[] Delete(byte[] bytes, Dice dice)
    {
        var (start, end) = Range(bytes, dice, bytes.Length);
        return [.. bytes[..start], .. bytes[end..]];
    }

    private static byte[] Insert(byte[] bytes, Dice dice)
    {
        var at = dice.Below(bytes.Length + 1);
        var count = 1 + dice.Below(dice.OneIn(4) ? MaxInserted : 16);
        return
        [
            .. bytes[..at],
            .. dice.OneIn(2) ? dice.Bytes(count) : [.. Enumerable.Repeat((byte)dice.OddNumber(1), count)],
            .. bytes[at..],
        ];
    }

    private static byte[] Repeat(byte[] bytes, Dice dice)
    {
        var (start, end) = Range(bytes, dice, 1024);
        var times = 1 + dice.Below(dice.OneIn(4) ? 200 : 3);
        return [.. bytes[..end], .. Enumerable.Repeat(bytes[start..end], times).SelectMany(block => block), .. bytes[end..]];
    }

    private static byte[] Zero(byte[] bytes, Dice dice)
    {
        var changed = bytes.ToArray();
        var (start, end) = Range(bytes, dice, bytes.Length);
        changed.AsSpan(start, end - start).Fill(dice.OneIn(2) ? (byte)0 : (byte)255);
        return changed;
    }

    private static byte[] Swap(byte[] bytes, Dice dice)
    {
        var changed = bytes.ToArray();
        var (start, end) = Range(bytes, dice, bytes.Length / 2);
        var other = dice.Below(bytes.Length - (end - start) + 1);
        bytes.AsSpan(start, end - start).CopyTo(changed.AsSpan(other));
        return changed;
    }
}
