using FaceDeid.Fuzz.Mutating.Containers;

namespace FaceDeid.Fuzz.Mutating;

/// <summary>Changes a file by a number: the same file and number give the same bytes, whoever asks.</summary>
/// <param name="others">Files that parts may be taken from.</param>
internal sealed class Mutator(IReadOnlyList<byte[]> others)
{
    private const int MostBytes = 4_000_000; // steps on steps would grow without end

    private static readonly IContainer[] Containers =
        [new PngContainer(), new JpegContainer(), new RiffContainer(), new BoxContainer(isWholeFile: true),
            new GifContainer(), new BmpContainer(), new ZipRecords(), new IccContainer()];

    private static readonly BoxContainer Boxes = new(isWholeFile: false);

    /// <summary>One change, and what it is called.</summary>
    public (byte[] File, string Kind) Apply(byte[] file, uint step)
    {
        var changed = Apply(file, new Dice(step));
        return changed.File.Length <= MostBytes ? changed : (changed.File[..MostBytes], changed.Kind);
    }

    private (byte[] File, string Kind) Apply(byte[] file, Dice dice)
    {
        var other = dice.Of(others);
        if (dice.OneIn(16))
            return (ByteMutations.Splice(file, other, dice), "splice");
        if (!dice.OneIn(5) && Known(file, dice, other) is { } changed)
            return changed;
        if (IsText(file))
            return TextMutations.Apply(file, dice);
        var (bytes, kind) = ByteMutations.Apply(file, dice);
        return (bytes, kind);
    }

    /// <summary>A change by one who knows the format; null: nobody does.</summary>
    private (byte[] File, string Kind)? Known(byte[] file, Dice dice, byte[] other)
    {
        if (TiffMutations.Apply(file, dice) is { } tiff)
            return dice.OneIn(4) && Inside(file, dice) is { } inner ? inner : tiff;
        if (SealMutations.Apply(file, dice) is { } seal)
            return seal;
        if (dice.OneIn(2) && ArchiveMutations.Apply(file, dice, Apply) is { } archive)
            return archive;
        foreach (var container in Containers)
        {
            if (PieceMutations.Apply(container, file, dice, (data, inner) => Inside(data, inner), other) is { } changed)
                return changed;
        }

        return null;
    }

    /// <summary>Changes a profile, EXIF, a seal or boxes that lie somewhere in a piece; null: there are none.</summary>
    private (byte[] File, string Kind)? Inside(byte[] data, Dice dice)
    {
        foreach (var (mark, before) in (ReadOnlySpan<(byte[], int)>)
        [
            ("acsp"u8.ToArray(), 36), ("II*\0"u8.ToArray(), 0), ("MM\0*"u8.ToArray(), 0), ("FDSEAL"u8.ToArray(), 0),
        ])
        {
            var start = data.AsSpan(Math.Min(data.Length, 1)).IndexOf(mark) + 1 - before; // not the whole: that was tried
            if (start < 0 || (start == 0 && before == 0))
                continue;
            var inner = data[start..];
            if ((TiffMutations.Apply(inner, dice) ?? SealMutations.Apply(inner, dice)
                ?? PieceMutations.Apply(Containers[^1], inner, dice, static (_, _) => null, [])) is { } changed)
                return ([.. data[..start], .. changed.File], changed.Kind);
        }

        foreach (var start in (ReadOnlySpan<int>)[0, 4, 6]) // boxes in boxes, behind version and flags or not
        {
            if (data.Length > start + 8 && Boxes.Split(data[start..]) is { Count: > 0 } boxes && !boxes[0].IsRaw
                && PieceMutations.Apply(Boxes, data[start..], dice, Inside, []) is { } changed)
                return ([.. data[..start], .. changed.File], changed.Kind);
        }

        return null;
    }

    private static bool IsText(byte[] file) =>
        file.Length > 0 && file.AsSpan(0, Math.Min(64, file.Length)).IndexOfAnyInRange((byte)0, (byte)8) < 0
        && file[0] is (byte)'{' or (byte)'[' or (byte)'s';
}
