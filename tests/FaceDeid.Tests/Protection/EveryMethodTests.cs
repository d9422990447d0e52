using FaceDeid.Protection;
using FaceDeid.Protection.Methods;
using FaceDeid.Protection.Scrambling;
using FaceDeid.Protection.Subjects;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Protection;

/// <summary>
/// What holds for all methods: only the face changes, it does change, and always in the same way but for what is chance.
/// </summary>
public sealed class EveryMethodTests
{
    public static TheoryData<DeidentificationMethod, string> All
    {
        get
        {
            var data = new TheoryData<DeidentificationMethod, string>();
            foreach (var method in Enum.GetValues<DeidentificationMethod>())
            {
                data.Add(method, "faces/2007_007763.jpg");
                data.Add(method, "faces/2009_004587.jpg");
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Only_the_face_changes_and_it_does(DeidentificationMethod method, string name)
    {
        using var scene = Scene.Of(name);
        var faces = scene.Subjects.Where(s => CanHave(method, s, scene.Bgr.Size())).ToList();
        Assert.NotEmpty(faces);
        foreach (var face in faces)
        {
            var options = new DeidentificationOptions { Method = method };
            using var after = scene.After(face, options);
            using var changed = Scene.Difference(scene.Bgr, after);
            using var allowed = Allowed(face, method, scene.Bgr.Size());
            using var inside = new Mat();
            Cv2.BitwiseAnd(changed, allowed, inside);

            Assert.Equal(Cv2.CountNonZero(inside), Cv2.CountNonZero(changed));
            using var core = Core(face, method, scene.Bgr.Size());
            Cv2.BitwiseAnd(changed, core, inside);
            Assert.InRange(Cv2.CountNonZero(inside) / (double)Cv2.CountNonZero(core), 0.8, 1);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_same_face_gives_the_same_pixels_but_for_what_is_chance(DeidentificationMethod method, string name)
    {
        using var scene = Scene.Of(name);
        var face = scene.Subjects.First(s => CanHave(method, s, scene.Bgr.Size()));
        var options = new DeidentificationOptions { Method = method };

        using var once = scene.After(face, options);
        using var twice = scene.After(face, options);

        if (method == DeidentificationMethod.Replace)
        {
            using var other = scene.After(face, options, luck: 2); // another donor
            Assert.NotEqual(0, Cv2.Norm(once, other, NormTypes.INF));
        }

        if (method == DeidentificationMethod.Scramble)
            Assert.NotEqual(0, Cv2.Norm(once, twice, NormTypes.INF));
        else
            Scene.AssertSame(once, twice);
    }

    [Fact]
    public void A_method_that_changes_nothing_ends_as_a_mask()
    {
        using var scene = Scene.Of("faces/2009_004587.jpg");
        var deidentifier = new FaceDeidentifier(
            [new Nothing(), new SolidMask()], Engine.CheckedPredictor, Engine.Embedder, Engine.AgeAndSex,
            Engine.FaceExpressions, Engine.Gate);
        using var canvas = scene.Picture.ToCanvas(keepsOriginal: true);

        var report = deidentifier.Treat(
            canvas, scene.Main, new Treatment(new DeidentificationOptions { Method = DeidentificationMethod.Blur }));

        Assert.Equal((DeidentificationMethod.Mask, FallbackReason.StillRecognised), (report.Method, report.Fallback));
        using var masked = scene.After(scene.Main, new DeidentificationOptions { Method = DeidentificationMethod.Mask });
        Scene.AssertSame(masked, canvas.Bgr);
    }

    private sealed class Nothing : IFaceTransform
    {
        public DeidentificationMethod Method => DeidentificationMethod.Blur;

        public void Apply(Canvas canvas, Subject subject, Treatment treatment)
        {
        }
    }

    private static bool CanHave(DeidentificationMethod method, Subject face, Size picture)
    {
        using var plan = ScramblePlan.Create([face], picture, RegionShape.Ellipse);
        return face.HasReliableLandmarks && (method != DeidentificationMethod.Scramble || plan.Faces.Count > 0);
    }

    // Obfuscations keep to their region to the pixel, scrambling to the blocks around it, the others to the surroundings of the
    // face.
    private static Mat Allowed(Subject face, DeidentificationMethod method, Size picture)
    {
        if (method is DeidentificationMethod.Replace or DeidentificationMethod.Average or DeidentificationMethod.Merge
            or DeidentificationMethod.Eyebar)
            return Scene.MaskOf(face.Box, 0.5, picture);
        using var region = ProtectedRegion.Create(face, picture, RegionShape.Ellipse);
        return method == DeidentificationMethod.Scramble
            ? Scene.MaskOf(ScrambleGrid.Around(region.Bounds, picture), padding: 0, picture)
            : Scene.MaskOf(region, picture);
    }

    // What makes a person: the eyes, or all from the brows to the mouth.
    private static Mat Core(Subject face, DeidentificationMethod method, Size picture)
    {
        var points =
            method == DeidentificationMethod.Eyebar ? face.Landmarks.Points.Skip(36).Take(12) : face.Landmarks.Points.Skip(17);
        var core = new Mat(picture, MatType.CV_8UC1, Scalar.Black);
        Cv2.FillConvexPoly(core, Cv2.ConvexHull(points.Select(p => new Point(p.X, p.Y))), Scalar.White);
        return core;
    }
}
