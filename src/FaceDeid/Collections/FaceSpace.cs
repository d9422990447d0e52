using FaceDeid.Faces.Recognition;

namespace FaceDeid.Collections;

/// <summary>Where people lie relative to each other: one point per person, the mean of their faces.</summary>
internal static class FaceSpace
{
    private const int Side = 32; // pixels: finer detail decides nothing about who is near

    /// <summary>The people's points, in the people's order, and how many principal components were used (null: none).</summary>
    public static (float[][] Points, int? Components) Project(
        IReadOnlyList<Person> people, NeighbourSpace space, int components, ChipFrame frame)
    {
        if (space == NeighbourSpace.Embedding)
        {
            return (
                [.. people.Select(person =>
                    FaceEmbedding.Centre([.. person.Faces.Select(face => face.Embedding)]).Values.ToArray())],
                null);
        }

        var pictures = people.Select(person => person.Faces.Select(face => Reduced(face, frame)).ToArray()).ToArray();
        if (space == NeighbourSpace.Pixel)
            return ([.. pictures.Select(PrincipalComponents.Mean)], null);
        var principal = PrincipalComponents.Learn([.. pictures.SelectMany(p => p)], components);
        return ([.. pictures.Select(own => principal.Project(PrincipalComponents.Mean(own)))], principal.Count);
    }

    private static byte[] Reduced(AlignedFace face, ChipFrame frame)
    {
        using var chip = ChipFrame.FromBytes(face.Pixels);
        using var inner = chip.SubMat(frame.FaceArea);
        using var small = inner.Squeeze(Side);
        return ChipFrame.ToBytes(small);
    }
}
