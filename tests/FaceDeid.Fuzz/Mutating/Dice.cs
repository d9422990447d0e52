namespace FaceDeid.Fuzz.Mutating;

/// <summary>
/// Random numbers that follow from their seed alone, on every machine and in every version of .NET: a recipe is a few seeds
/// (SplitMix64; Steele, Lea and Flood 2014).
/// </summary>
internal sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A seed for other dice; never 0.</summary>
    public uint Seed() => (uint)(Next() >> 32) | 1;

    /// <summary>From 0 to less than <paramref name="bound"/>; 0 when there is no such number.</summary>
    public int Below(int bound) => bound <= 0 ? 0 : (int)(Next() % (uint)bound);

    public bool OneIn(int chance) => Below(chance) == 0;

    public T Of<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>An item by its weight.</summary>
    public T Weighted<T>(IReadOnlyList<(T Item, int Weight)> items)
    {
        var left = Below(items.Sum(item => item.Weight));
        foreach (var (item, weight) in items)
        {
            if ((left -= weight) < 0)
                return item;
        }

        return items[^1].Item;
    }

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        for (var i = 0; i < count; i++)
            bytes[i] = (byte)Next();
        return bytes;
    }

    /// <summary>A number of so many bytes at which readers break: a border, a power of two or its neighbour, or any.</summary>
    public ulong OddNumber(int bytes)
    {
        var max = bytes == 8 ? ulong.MaxValue : (1UL << (8 * bytes)) - 1;
        return max & Below(8) switch
        {
            0 => 0,
            1 => 1,
            2 => max,
            3 => max >> 1,
            4 => (max >> 1) + 1,
            5 => (1UL << Below(8 * bytes)) - (ulong)Below(2),
            6 => (ulong)Below(300),
            _ => Next(),
        };
    }
}
