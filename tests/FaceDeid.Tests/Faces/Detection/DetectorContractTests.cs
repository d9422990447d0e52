using FaceDeid.Faces.Detection;
using FaceDeid.Geometry;
using FaceDeid.TestData;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Faces.Detection;

/// <summary>What every detector has to keep, whichever it is.</summary>
public sealed class DetectorContractTests
{
    // The faces that dlib's annotation of this picture outlines by hand.
    private const string TwoFaces = "faces/2009_004587.jpg";
    private static readonly Box[] Annotated = [new(154, 46, 75, 76), new(266, 280, 63, 63)];

    /// <summary>All that need no file of the operator's.</summary>
    public static TheoryData<DetectorKind> Detectors => [.. Engine.Finder.Kinds];

    /// <summary>Those for faces from the front.</summary>
    public static TheoryData<DetectorKind> Frontal => [.. Engine.Finder.Kinds.Where(kind => kind != DetectorKind.HaarProfile)];

    /// <summary>Those with one scale of scores.</summary>
    public static TheoryData<DetectorKind> Scored => [DetectorKind.Hog, DetectorKind.Haar, DetectorKind.UltraFace];

    /// <summary>Those that are given large pictures reduced.</summary>
    public static TheoryData<DetectorKind> Reducing => [DetectorKind.Hog, DetectorKind.Haar, DetectorKind.HaarProfile];

    [Theory]
    [MemberData(nameof(Frontal))]
    public void It_finds_the_faces_and_says_where_how_sure_and_who(DetectorKind kind)
    {
        using var image = Search(TwoFaces);

        var faces = Engine.Finder.Find(image, new DetectionOptions { Detector = kind });

        foreach (var place in Annotated)
            FoundBoxes.AssertFinds(faces, place, overlap: 0.5);
        Assert.Equal(Enumerable.Range(1, faces.Count), faces.Select(face => face.Id));
        Assert.All(faces, face => Assert.True(kind == DetectorKind.Auto || face.Detector == kind));
        Assert.All(faces, face => Assert.True(face.Score > 0));
        Assert.All(faces, face => Assert.Equal(face.Detector == DetectorKind.Hog, face.SubDetector is >= 0 and <= 4));
    }

    [Theory]
    [MemberData(nameof(Detectors))]
    public void A_picture_without_a_face_is_an_empty_answer(DetectorKind kind)
    {
        var random = new Random(5);
        using var noise = new SearchImage(Picture.Of(320, 240, 3, (_, _, _) => random.Next(256)).ToMat());
        using var gradient = new SearchImage(Picture.Of(320, 240, 3, (x, y, _) => (x + y) / 3).ToMat());

        Assert.Empty(Engine.Finder.Find(noise, new DetectionOptions { Detector = kind }));
        Assert.Empty(Engine.Finder.Find(gradient, new DetectionOptions { Detector = kind }));
    }

    [Theory]
    [MemberData(nameof(Detectors))]
    public void The_smallest_pictures_are_an_empty_answer(DetectorKind kind)
    {
        foreach (var (width, height) in new[] { (1, 1), (1, 50), (50, 1), (19, 19), (3, 5000) })
        {
            using var image = Blank(width, height);

            Assert.Empty(Engine.Finder.Find(image, new DetectionOptions { Detector = kind, Upsample = 0 }));
        }
    }

    [Theory]
    [MemberData(nameof(Frontal))]
    public void Smaller_faces_than_asked_for_are_left_out_and_the_others_do_not_change(DetectorKind kind)
    {
        // HOG's boxes come in few sizes, so it takes several pictures to have some on each side of each bound.
        var (kept, left) = (0, 0);
        foreach (var name in new[] { "faces/2008_001322.jpg", "faces/2008_002470.jpg", "faces/2008_004176.jpg" })
        {
            using var image = Search(name);
            var all = Engine.Finder.Find(image, new DetectionOptions { Detector = kind });
            foreach (var size in new[] { 35, 45, 60, 80 })
            {
                var found = Engine.Finder.Find(image, new DetectionOptions { Detector = kind, MinFaceSize = size });

                var expected = all.Where(face => Math.Min(face.Box.Width, face.Box.Height) >= size);
                Assert.Equal(expected.Select(face => (face.Box, face.Score)), found.Select(face => (face.Box, face.Score)));
                (kept, left) = (kept + found.Count, left + all.Count - found.Count);
            }
        }

        Assert.True(kept > 5 && left > 5);
    }

    [Theory]
    [MemberData(nameof(Scored))]
    public void Less_sure_faces_than_asked_for_are_left_out(DetectorKind kind)
    {
        using var image = Search("faces/2008_004176.jpg");
        var all = Engine.Finder.Find(image, new DetectionOptions { Detector = kind });
        var bound = all.Select(face => face.Score).Order().ElementAt(all.Count / 2);

        var sure = Engine.Finder.Find(image, new DetectionOptions { Detector = kind, MinScore = bound });

        Assert.Equal(all.Where(face => face.Score >= bound).Select(face => face.Box), sure.Select(face => face.Box));
        Assert.InRange(sure.Count, 1, all.Count - 1);
    }

    [Theory]
    [MemberData(nameof(Reducing))]
    public void Large_pictures_are_reduced_and_answered_in_their_own_pixels(DetectorKind kind)
    {
        using var image = Search(TwoFaces);
        using var large = Enlarged(image, 5);
        var options = new DetectionOptions { Detector = kind, MinFaceSize = 40 };
        var given = new SizeProbe(Engine.Detector(kind));
        Assert.True(large.Height > given.MaxSide);

        var faces = new FaceFinder([given], Engine.SecondLook, Engine.Gate).Find(large, options with { MinFaceSize = 40 * 5 });

        Assert.Equal(given.MaxSide, given.Seen.Height);
        Assert.Equal(given.MaxSide * large.Width / large.Height, given.Seen.Width);
        foreach (var reference in Engine.Finder.Find(image, options))
            FoundBoxes.AssertFinds(faces, reference.Box.Scaled(5), overlap: 0.8);
    }

    [Theory]
    [MemberData(nameof(Frontal))]
    public void A_larger_picture_has_its_faces_at_the_same_places(DetectorKind kind)
    {
        using var image = Search("faces/2008_002470.jpg");
        using var large = Enlarged(image, 3);
        var options = new DetectionOptions { Detector = kind };

        var faces = Engine.Finder.Find(large, options);

        var expected = Engine.Finder.Find(image, options).Where(face => face.Certainty is null || face.Score > 0.95).ToList();
        Assert.True(expected.Count >= 4);
        foreach (var reference in expected)
            FoundBoxes.AssertFinds(faces, reference.Box.Scaled(3), overlap: 0.5);
    }

    [Theory]
    [MemberData(nameof(Reducing))]
    public void Pictures_up_to_the_largest_side_are_given_as_they_are(DetectorKind kind)
    {
        var given = new SizeProbe(Engine.Detector(kind));
        using var wide = Blank(given.MaxSide, 60);

        new FaceFinder([given], Engine.SecondLook, Engine.Gate)
            .Find(wide, new DetectionOptions { Detector = kind, Upsample = 0 });

        Assert.Equal(wide.Bgr.Size(), given.Seen);
    }

    [Theory]
    [MemberData(nameof(Frontal))]
    public void Eight_threads_get_the_answers_of_one(DetectorKind kind)
    {
        string[] names = [TwoFaces, "faces/2008_001322.jpg", "faces/2008_002470.jpg", "johns/John_Simm/000288_00470387.jpg"];
        var options = new DetectionOptions { Detector = kind, MinFaceSize = 30 };
        var serial = names.Select(Find).ToArray();
        var parallel = new IReadOnlyList<FoundFace>[8 * names.Length];

        var threads = Enumerable.Range(0, 8).Select(thread => new Thread(() =>
        {
            for (var step = 0; step < names.Length; step++)
                parallel[(thread * names.Length) + step] = Find(names[(step + thread) % names.Length]);
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.All(serial, Assert.NotEmpty);
        for (var i = 0; i < parallel.Length; i++)
            Assert.Equal(serial[((i % names.Length) + (i / names.Length)) % names.Length], parallel[i]);

        IReadOnlyList<FoundFace> Find(string name)
        {
            using var image = Search(name);
            return Engine.Finder.Find(image, options);
        }
    }

    private static SearchImage Search(string name)
    {
        using var picture = Engine.Decoder.Decode(File.ReadAllBytes(TestFiles.Example(name)));
        return new SearchImage(picture.Bgr.Clone());
    }

    private static SearchImage Blank(int width, int height)
    {
        using var pixels = new Mat(height, width, MatType.CV_8UC3, Scalar.Gray);
        return new SearchImage(pixels.Clone());
    }

    private static SearchImage Enlarged(SearchImage image, int times) =>
        new(image.Bgr.Resize(new Size(image.Width * times, image.Height * times), 0, 0, InterpolationFlags.Cubic));

    /// <summary>The real detector, and the size of the picture it was given last.</summary>
    private sealed class SizeProbe(IFaceDetector detector) : IFaceDetector
    {
        public Size Seen { get; private set; }

        public DetectorKind Kind => detector.Kind;

        public int MaxSide => detector.MaxSide;

        public IReadOnlyList<RawDetection> Detect(SearchImage image, DetectionOptions options)
        {
            Seen = image.Bgr.Size();
            return detector.Detect(image, options);
        }
    }
}
