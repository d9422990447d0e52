using FaceDeid.Evaluation.Examined;
using FaceDeid.Evaluation.Recognisers;
using FaceDeid.Faces.Recognition;
using FaceDeid.Tests.Collections;
using OpenCvSharp;
using OpenCvSharp.Face;
using Xunit;

namespace FaceDeid.Tests.Evaluation.Recognisers;

public sealed class RecogniserTests
{
    public static TheoryData<string> All => [nameof(Eigenfaces), nameof(LocalBinaryPatterns), nameof(DeepEmbedding)];

    [Theory]
    [MemberData(nameof(All))]
    public void A_face_is_most_like_itself(string name)
    {
        var faces = Johns(3);

        var scores = Of(name).Compare(faces, faces);

        Assert.All(scores.Index(), row => Assert.Equal(row.Index, row.Item.Index().MaxBy(score => score.Item).Index));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Equal_faces_get_equal_values(string name)
    {
        var faces = Johns(2);
        var copy = new ComparedFace(faces[0].Embedding, [.. faces[0].Chip]);

        var scores = Of(name).Compare([.. faces, copy], faces);

        Assert.All(scores, row => Assert.Equal(row[0], row[^1]));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Faces_that_all_look_the_same_get_one_value(string name)
    {
        ComparedFace[] faces = [.. Enumerable.Repeat(
            new ComparedFace(FaceEmbedding.FromDirection([1f, 0]), new byte[ComparedFace.Side * ComparedFace.Side]), 5)];

        var scores = Of(name).Compare(faces, faces);

        Assert.Single(scores.SelectMany(row => row).Distinct());
    }

    [Fact]
    public void Local_binary_patterns_are_as_far_apart_as_OpenCV_says()
    {
        var faces = Johns(2);
        var scores = new LocalBinaryPatterns().Compare(faces, faces);

        foreach (var (known, face) in faces.Index())
        {
            using var opencv = LBPHFaceRecognizer.Create();
            using var chip = Chip(face);
            opencv.Train([chip], [0]);
            foreach (var (probe, other) in faces.Index())
            {
                using var sought = Chip(other);
                opencv.Predict(sought, out _, out var distance);
                Assert.Equal(distance, -scores[probe][known], 0.05);
            }
        }
    }

    [Fact]
    public void Eigenfaces_are_as_far_apart_as_OpenCV_says()
    {
        var faces = Johns(3);
        var (gallery, probes) = (faces[..10], faces[10..]);
        using var opencv = EigenFaceRecognizer.Create(gallery.Length - 1);
        var chips = gallery.Select(Chip).ToArray();
        opencv.Train(chips, Enumerable.Range(0, chips.Length));

        var scores = new Eigenfaces().Compare(gallery, probes);

        foreach (var (probe, face) in probes.Index())
        {
            using var sought = Chip(face);
            opencv.Predict(sought, out var nearest, out var distance);
            Assert.Equal(nearest, scores[probe].Index().MaxBy(score => score.Item).Index);
            Assert.Equal(1, -scores[probe].Max() / distance, 3);
        }

        Array.ForEach(chips, chip => chip.Dispose());
    }

    private static IRecogniser Of(string name) => name switch
    {
        nameof(Eigenfaces) => new Eigenfaces(),
        nameof(LocalBinaryPatterns) => new LocalBinaryPatterns(),
        _ => new DeepEmbedding(),
    };

    private static ComparedFace[] Johns(int each) =>
    [
        .. Collected.Pictures(each)
            .Select(john => Engine.Known(john.File)),
    ];

    private static Mat Chip(ComparedFace face) => face.Chip.ToMat(ComparedFace.Side, ComparedFace.Side, MatType.CV_8UC1);
}
