using System.Numerics;
using FaceDeid.Collections;
using FaceDeid.Faces.Recognition;

namespace FaceDeid.Tests.Collections;

/// <summary>Made-up people, whose faces need not show anything.</summary>
internal static class Faces
{
    private const int Directions = 512;

    /// <summary>A face that is like no other of another index.</summary>
    public static AlignedFace Of(int index, byte[]? pixels = null, Complex[]? shape = null, int number = 0) =>
        new(index, number, pixels ?? [], shape ?? [], Towards(index));

    public static FaceEmbedding Towards(int direction) =>
        FaceEmbedding.FromDirection([.. Enumerable.Range(0, Directions).Select(i => i == direction ? 1f : 0)]);

    /// <summary>A chip of noise.</summary>
    public static byte[] Noise(int seed)
    {
        var pixels = new byte[ChipFrame.Bytes];
        new Random(seed).NextBytes(pixels);
        return pixels;
    }

    /// <summary>Somebody with these faces, in the frame's mean shape.</summary>
    public static Person PersonOf(int number, params byte[][] chips) =>
        new(number, [.. chips.Select((chip, i) => Of((10 * number) + i, chip, Engine.ChipFrame.Mean))], Label: null);

    /// <summary>So many people, of whom every third has two faces.</summary>
    public static Person[] People(int count, Func<int, string?>? label = null) =>
    [
        .. Enumerable.Range(0, count).Select(i => new Person(
            i + 1, i % 3 == 0 ? [Of(2 * i), Of((2 * i) + 1)] : [Of(2 * i)], label?.Invoke(i))),
    ];

    /// <summary>How much of somebody is in a mixture.</summary>
    public static double ShareOf(this FaceMixture mixture, Person person) =>
        mixture.Parts.Where(part => person.Faces.Contains(part.Face)).Sum(part => part.Weight);
}
