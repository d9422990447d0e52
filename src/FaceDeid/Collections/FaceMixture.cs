using System.Numerics;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Faces.Recognition;
using OpenCvSharp;

namespace FaceDeid.Collections;

/// <summary>
/// How much of whose face is in a new one. Everybody of a group has the same share, however many pictures show them.
/// </summary>
internal sealed class FaceMixture
{
    private readonly List<(AlignedFace Face, double Weight)> _parts = [];

    /// <summary>The plain average of some people, or a share of it.</summary>
    public static FaceMixture Create(IReadOnlyList<Person> people, double share = 1) => new FaceMixture().Add(people, share);

    /// <summary>The faces with their weights, which add up to 1 when it is complete.</summary>
    public IReadOnlyList<(AlignedFace Face, double Weight)> Parts => _parts;

    /// <summary>Adds a share of the average of some people.</summary>
    public FaceMixture Add(IReadOnlyList<Person> people, double share)
    {
        foreach (var person in share > 0 ? people : [])
            _parts.AddRange(person.Faces.Select(face => (face, share / people.Count / person.Faces.Count)));
        return this;
    }

    /// <summary>The weighted mean of the landmarks.</summary>
    public Complex[] Shape()
    {
        var mean = new Complex[Landmarks68.Count];
        foreach (var (face, weight) in _parts)
        {
            for (var i = 0; i < mean.Length; i++)
                mean[i] += weight * face.Shape[i];
        }

        return mean;
    }

    /// <summary>Where the faces lie on average.</summary>
    public FaceEmbedding Centre() => FaceEmbedding.Centre([.. _parts.Select(part => part.Face.Embedding)]);

    /// <summary>The weighted mean of the pixels, <c>CV_32FC3</c>; the caller owns it.</summary>
    /// <param name="prepare">What is done to each chip before it is counted; its result is disposed.</param>
    public Mat Pixels(Func<Mat, AlignedFace, Mat> prepare)
    {
        var mean = new Mat(ChipFrame.Side, ChipFrame.Side, MatType.CV_32FC3, Scalar.Black);
        foreach (var (face, weight) in _parts)
        {
            using var chip = ChipFrame.FromBytes(face.Pixels);
            using var prepared = prepare(chip, face);
            using var numbers = new Mat();
            prepared.ConvertTo(numbers, MatType.CV_32FC3);
            Cv2.ScaleAdd(numbers, weight, mean, mean);
        }

        return mean;
    }
}
