using FaceDeid.Donors;
using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Faces.Recognition;
using FaceDeid.Protection.Methods;
using FaceDeid.Protection.Subjects;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Protection;

/// <summary>The replacement: another person, in the same place, pose and expression.</summary>
public sealed class ReplacementTests
{
    private static readonly DeidentificationOptions Replace = new() { Method = DeidentificationMethod.Replace };

    public static TheoryData<string> People =>
    [
        "faces/Tom_Cruise_avp_2014_4.jpg", "johns/John_Simm/000288_00470387.jpg", "johns/John_Savage/000264_01099001.jpg",
        "johns/John_Shimkus/000373_03228153.jpg", "johns/John_Salley/000179_02159509.jpg",
        "johns/John_Schneider/000288_00925786.jpg",
    ];

    [Theory]
    [MemberData(nameof(People))]
    public void The_face_is_another_persons_with_the_subjects_landmarks(string name)
    {
        using var scene = Scene.Of(name);
        var face = scene.Main;
        Assert.True(face.HasReliableLandmarks);
        using var after = scene.After(face, Replace);

        Assert.InRange(Engine.Embedder.Embed(after, face.Landmarks).SimilarityTo(face.Embedding!), -1, 0.3);
        using var search = new SearchImage(after.Clone());
        FoundBoxes.AssertFinds(
            Engine.Finder.Find(search, new DetectionOptions { Detector = DetectorKind.Hog })
                .Select(f => f with { Box = f.Box.ToCommon(DetectorKind.Hog) }),
            face.Box, overlap: 0.5);
        var again = Engine.CheckedPredictor.Predict(search.Gray, face.Face);
        Assert.True(again.AreReliable);
        Assert.InRange(Error(face.Landmarks, again.Landmarks), 0, 0.1);
    }

    // The third face lies over the first: what the first becomes is under it.
    [Fact]
    public void Faces_that_are_treated_side_by_side_become_what_they_become_one_by_one()
    {
        using var scene = Scene.Of("faces/2008_004176.jpg");
        var faces = scene.Subjects.Where(subject => subject.HasReliableLandmarks).Take(5).ToList();
        Assert.Equal(5, faces.Count);
        var (first, by) = (faces[0], faces[0].Box.Width / 6);
        faces.Insert(2, first with
        {
            Face = first.Face with { Id = 99, Box = first.Box with { X = first.Box.X + by } },
            Landmarks = new([.. first.Landmarks.Points.Select(p => new PixelPoint(p.X + by, p.Y))]),
        });
        var treatment = new Treatment(Replace)
        {
            Disguises = Engine.Assignment(luck: 1).Run(scene.Bgr, faces, Replace with { Verify = false }, share: 1),
        };
        foreach (var _ in Enumerable.Range(0, 5))
        {
            using var together = scene.Picture.ToCanvas(keepsOriginal: true);
            using var oneByOne = scene.Picture.ToCanvas(keepsOriginal: true);

            var reports = Engine.Deidentifier.Treat(together, faces, treatment);
            var expected = faces.ConvertAll(face => Engine.Deidentifier.Treat(oneByOne, face, treatment));

            Assert.Equal(expected, reports);
            Scene.AssertSame(oneByOne.Bgr, together.Bgr);
        }
    }

    [Fact]
    public void A_pseudonym_key_decides_who_a_person_becomes()
    {
        using var scene = Scene.Of("johns/John_Simm/000288_00470387.jpg");
        var face = scene.Main;
        using var one = scene.After(face, Replace with { PseudonymKey = "one" });
        using var oneAgain = scene.After(face, Replace with { PseudonymKey = "one" }, luck: 2);

        Scene.AssertSame(one, oneAgain);
        AssertDiffers(i => scene.After(face, Replace with { PseudonymKey = $"other {i}" }));
        AssertDiffers(i => scene.After(face, Replace, luck: i));

        void AssertDiffers(Func<int, Mat> another) => Assert.Contains(Enumerable.Range(0, 4), i =>
        {
            using var other = another(i);
            return Cv2.Norm(one, other, NormTypes.INF) > 0;
        });
    }

    // Both laugh.
    [Theory]
    [InlineData("johns/John_Salley/000179_02159509.jpg")]
    [InlineData("faces/Tom_Cruise_avp_2014_4.jpg")]
    public void The_inside_of_the_mouth_is_the_laughing_subjects_and_lips_when_they_are_closed(string name)
    {
        using var scene = Scene.Of(name);
        var treatment = WithDonor(scene);
        using var smiling = Scene.Applied(scene.Bgr, scene.Main, treatment);
        using var closed = Scene.Applied(
            scene.Bgr, scene.Main with { Landmarks = WithClosedMouth(scene.Main.Landmarks) }, treatment);

        var (shown, hidden) = (
            MouthDifference(scene.Bgr, smiling, scene.Main.Landmarks), MouthDifference(scene.Bgr, closed, scene.Main.Landmarks));
        Assert.InRange(shown, 0, 28); // of 40 donors 25 at most
        Assert.True(hidden > shown + 10, $"{hidden} with closed lips, {shown} when laughing");
    }

    [Fact]
    public void A_large_face_is_replaced_as_a_small_one_and_in_strips_that_do_not_show()
    {
        using var scene = Scene.Of("faces/Tom_Cruise_avp_2014_4.jpg");
        var treatment = WithDonor(scene);
        using var small = Scene.Applied(scene.Bgr, scene.Main, treatment);
        using var enlarged = scene.Bgr.Resize(default, 4, 4, InterpolationFlags.Cubic);
        var face = scene.Main with
        {
            Face = scene.Main.Face with
            {
                Box = new Box(4 * scene.Main.Box.X, 4 * scene.Main.Box.Y, 4 * scene.Main.Box.Width, 4 * scene.Main.Box.Height),
            },
            Landmarks = new Landmarks68(
                [.. scene.Main.Landmarks.Points.Select(p => new PixelPoint((4 * p.X) + 2, (4 * p.Y) + 2))]),
        };

        using var large = Scene.Applied(enlarged, face, treatment);

        using var reduced = large.Resize(small.Size(), 0, 0, InterpolationFlags.Area);
        // Each has grain as fine as its picture's: it is smoothed away.
        Cv2.GaussianBlur(reduced, reduced, default, 1.5);
        Cv2.GaussianBlur(small, small, default, 1.5);
        using var difference = new Mat();
        Cv2.Absdiff(small, reduced, difference);
        using var inFace = difference.SubMat(new Rect(
            scene.Main.Box.X, scene.Main.Box.Y, scene.Main.Box.Width, scene.Main.Box.Height));
        Assert.InRange(Cv2.Mean(inFace).Val1, 0, 2);
        Assert.InRange(Cv2.Norm(inFace, NormTypes.INF), 0, 40);
    }

    [Theory]
    [InlineData(0.4, 0.7, 1.0)]
    [InlineData(1.0, 0.7, 0.5)]
    public void The_donor_gets_the_subjects_tone_and_light(double blue, double green, double red)
    {
        using var scene = Scene.Of("faces/Tom_Cruise_avp_2014_4.jpg");
        using var tinted = new Mat();
        Cv2.Multiply(scene.Bgr, new Scalar(blue, green, red), tinted);

        using var after = Scene.Applied(tinted, scene.Main, Replace);

        var box = scene.Main.Box;
        var middle = new Rect(box.X + (box.Width / 4), box.Y + (box.Height / 3), box.Width / 2, box.Height / 2);
        using var before = tinted.SubMat(middle);
        using var worn = after.SubMat(middle);
        var (expected, actual) = (Cv2.Mean(before), Cv2.Mean(worn));
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(expected[i], actual[i], 15.0));
    }

    [Theory]
    [InlineData(DeidentificationMethod.Replace)]
    [InlineData(DeidentificationMethod.Average)]
    public void A_gray_picture_stays_gray(DeidentificationMethod method)
    {
        using var scene = Scene.Of("faces/Tom_Cruise_avp_2014_4.jpg");
        using var gray = scene.Gray.CvtColor(ColorConversionCodes.GRAY2BGR);

        using var after = Scene.Applied(gray, scene.Main, new DeidentificationOptions { Method = method });

        Assert.NotEqual(0, Cv2.Norm(gray, after, NormTypes.INF));
        using var blue = after.ExtractChannel(0);
        using var green = after.ExtractChannel(1);
        using var red = after.ExtractChannel(2);
        Scene.AssertSame(blue, green);
        Scene.AssertSame(green, red);
    }

    [Fact]
    public void Strength_moves_the_shape()
    {
        using var scene = Scene.Of("faces/Tom_Cruise_avp_2014_4.jpg");
        using var whole = scene.After(scene.Main, Replace);
        using var one = scene.After(scene.Main, Replace with { Strength = 1 });
        using var part = scene.After(scene.Main, Replace with { Strength = 0.75 });

        Scene.AssertSame(whole, one);
        Assert.NotEqual(0, Cv2.Norm(one, part, NormTypes.INF));
    }

    [Fact]
    public void The_average_is_the_same_for_all_keys_and_is_no_chance()
    {
        using var scene = Scene.Of("faces/Tom_Cruise_avp_2014_4.jpg");
        var average = new DeidentificationOptions { Method = DeidentificationMethod.Average };
        using var first = scene.After(scene.Main, average);
        using var second = scene.After(scene.Main, average with { PseudonymKey = "key" }, luck: 2);

        Scene.AssertSame(first, second);
        Assert.InRange(
            Engine.Embedder.Embed(first, scene.Main.Landmarks).SimilarityTo(scene.Main.Embedding!), -1, PersonMatch.Surely);
    }

    [Theory]
    [InlineData(DeidentificationMethod.Replace, 0.3, 0)]
    [InlineData(DeidentificationMethod.Replace, 0, 0.3)]
    [InlineData(DeidentificationMethod.Replace, -0.3, 0)]
    [InlineData(DeidentificationMethod.Replace, 0, -0.3)]
    [InlineData(DeidentificationMethod.Average, 0.5, 0.3)]
    [InlineData(DeidentificationMethod.Merge, 0.3, 0)]
    public void A_face_cut_by_the_pictures_edge_has_no_hole_and_no_seam(DeidentificationMethod method, double cutX, double cutY)
    {
        using var scene = Scene.Of("faces/Tom_Cruise_avp_2014_4.jpg");
        var (face, options) = (scene.Main, new DeidentificationOptions { Method = method });
        var crop = Crop(face.Box, cutX, cutY, scene.Bgr.Size());
        using var own = scene.Bgr.SubMat(crop);
        foreach (var luck in Enumerable.Range(1, 5))
        {
            var treatment = WithDonor(scene, luck) with { Options = options }; // cut off it would get another
            using var uncut = Scene.Applied(scene.Bgr, face, treatment);
            using var expected = uncut.SubMat(crop);

            var moved = Moved(face, crop.TopLeft);
            using var actual = Scene.Applied(own, moved, treatment);

            // Nothing is much darker than both the original and the same face in the whole picture. What is seen decides the
            // light, so lids and brows may lie a pixel beside: a pixel and its neighbours count together.
            using var darkest = new Mat();
            Cv2.Min(own, expected, darkest);
            using var missing = new Mat();
            Cv2.Subtract(darkest, actual, missing);
            Cv2.Blur(missing, missing, new Size(3, 3));
            // Of an open mouth that is cut off, the rest was never seen.
            var lips = SureSkin.Points(moved.Landmarks.ToComplex(), 48..60);
            Cv2.FillConvexPoly(missing, Cv2.ConvexHull(lips), Scalar.Black);
            Cv2.Polylines(missing, [lips], isClosed: true, Scalar.Black, thickness: 61);
            // An eye that is cut through may look elsewhere: a hole is as dark as 120 and more.
            Assert.InRange(Cv2.Norm(missing, NormTypes.INF), 0, 70);
            using var changed = Scene.Difference(own, actual);
            using var wanted = Scene.Difference(own, expected);
            Assert.InRange(Cv2.CountNonZero(changed) / (double)Cv2.CountNonZero(wanted), 0.9, 1.1);
        }
    }

    // The donor that the main face of the whole picture gets.
    private static Treatment WithDonor(Scene scene, int luck = 1) => new(Replace)
    {
        Disguises = Engine.Assignment(luck).Run(scene.Bgr, [scene.Main], Replace with { Verify = false }, share: 1),
    };

    // Lips together and narrower: the inner ones on their middle line.
    private static Landmarks68 WithClosedMouth(Landmarks68 face)
    {
        var p = face.Points.ToArray();
        var middle = (p[62].Y + p[66].Y) / 2;
        for (var i = 48; i < 68; i++)
            p[i] = new PixelPoint(p[57].X + (int)((p[i].X - p[57].X) * 0.75), middle + ((p[i].Y - middle) / 3));
        return new Landmarks68(p);
    }

    // Mean difference of the pixels between the inner lips, in levels of 255.
    private static double MouthDifference(Mat before, Mat after, Landmarks68 face)
    {
        using var mouth = new Mat(before.Size(), MatType.CV_8UC1, Scalar.Black);
        Cv2.FillPoly(mouth, [face.Points.Skip(60).Select(p => new Point(p.X, p.Y))], Scalar.White);
        using var difference = new Mat();
        Cv2.Absdiff(before, after, difference);
        return Cv2.Mean(difference, mouth).Val1;
    }

    // What is left when this share of the face's box is cut off: from the left or the top, when negative from the right or the
    // bottom.
    private static Rect Crop(Box box, double cutX, double cutY, Size picture)
    {
        var (left, top, right, bottom) = (0, 0, picture.Width, picture.Height);
        if (cutX > 0)
            left = box.X + (int)(box.Width * cutX);
        if (cutX < 0)
            right = box.X + box.Width + (int)(box.Width * cutX);
        if (cutY > 0)
            top = box.Y + (int)(box.Height * cutY);
        if (cutY < 0)
            bottom = box.Y + box.Height + (int)(box.Height * cutY);
        return new Rect(left, top, right - left, bottom - top);
    }

    private static Subject Moved(Subject face, Point origin) => face with
    {
        Face = face.Face with { Box = face.Box with { X = face.Box.X - origin.X, Y = face.Box.Y - origin.Y } },
        Landmarks = new Landmarks68([.. face.Landmarks.Points.Select(p => new PixelPoint(p.X - origin.X, p.Y - origin.Y))]),
    };

    // Mean distance of the points, in distances between the eyes.
    private static double Error(Landmarks68 expected, Landmarks68 actual) =>
        expected.ToComplex().Zip(actual.ToComplex(), (a, b) => (a - b).Magnitude).Average() / expected.InterocularDistance();
}
