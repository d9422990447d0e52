using FaceDeid.Faces;
using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Imaging;
using FaceDeid.Protection.Methods;
using FaceDeid.Protection.Scrambling;
using FaceDeid.Protection.Subjects;
using FaceDeid.TestData;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Protection;

/// <summary>A picture and its faces, examined as the pipeline examines them.</summary>
internal sealed class Scene : IDisposable
{
    private readonly PictureViews _views;

    private Scene(UprightImage picture)
    {
        Picture = picture;
        _views = new PictureViews(picture);
        Subjects = Engine.Deidentifier.Examine(
            _views, Engine.Finder.Find(_views, new DetectionOptions()),
            new DeidentificationOptions { Method = DeidentificationMethod.Replace });
        Gray = picture.Bgr.ToGray();
    }

    public UprightImage Picture { get; }

    public Mat Bgr => Picture.Bgr;

    public Mat Gray { get; }

    public IReadOnlyList<Subject> Subjects { get; }

    /// <summary>The largest face.</summary>
    public Subject Main => MainFace.First(Subjects, subject => subject.Face)[0];

    public static Scene Of(string name) => Of(File.ReadAllBytes(TestFiles.Example(name)));

    public static Scene Of(byte[] file)
    {
        return new Scene(Engine.Decoder.Decode(file));
    }

    /// <summary>A face without landmarks or person, in a box or an outline.</summary>
    public static Subject Unknown(Box box, IReadOnlyList<PixelPoint>? polygon = null, Landmarks68? landmarks = null) => new(
        new FoundFace(1, box, 1, DetectorKind.Auto, null), IsGiven: true, polygon,
        landmarks ?? new Landmarks68([.. Enumerable.Repeat(new PixelPoint(box.X, box.Y), Landmarks68.Count)]),
        HasReliableLandmarks: landmarks is not null);

    /// <summary>The picture after a method; the caller owns it.</summary>
    /// <param name="subject">The face that is treated.</param>
    /// <param name="options">How.</param>
    /// <param name="luck">Which donor chance gives; the same number is the same chance.</param>
    public Mat After(Subject subject, DeidentificationOptions options, int luck = 1) => Applied(Bgr, subject, options, luck);

    /// <summary>A copy of any picture after a method; the caller owns it.</summary>
    public static Mat Applied(Mat picture, Subject subject, DeidentificationOptions options, int luck = 1) =>
        Applied(picture, subject, new Treatment(options), luck);

    /// <inheritdoc cref="Applied(Mat, Subject, DeidentificationOptions, int)"/>
    public static Mat Applied(Mat picture, Subject subject, Treatment treatment, int luck = 1)
    {
        var options = treatment.Options;
        var canvas = picture.Clone();
        using var plan = options.Method == DeidentificationMethod.Scramble
            ? ScramblePlan.Create([subject], picture.Size(), options.Region)
            : null;
        var transform = options.Method == DeidentificationMethod.Replace
            ? new FaceReplacement(Engine.Donors, Engine.Assignment(luck))
            : Engine.Transform(options.Method);
        transform.Apply(new Canvas(canvas), subject, treatment with { Scrambling = treatment.Scrambling ?? plan });
        return canvas;
    }

    /// <summary>255 where two pictures differ in any channel, else 0; the caller owns it.</summary>
    public static Mat Difference(Mat a, Mat b)
    {
        using var difference = new Mat();
        Cv2.Absdiff(a, b, difference);
        using var flat = difference.Reshape(1, a.Rows * a.Cols);
        using var most = flat.Reduce(ReduceDimension.Column, ReduceTypes.Max, -1);
        using var plane = most.Reshape(1, a.Rows);
        var changed = new Mat();
        Cv2.Compare(plane, Scalar.Black, changed, CmpTypes.GT);
        return changed;
    }

    /// <summary>The whole picture's mask of a region, <c>CV_8UC1</c>; the caller owns it.</summary>
    public static Mat MaskOf(ProtectedRegion region, Size picture)
    {
        var mask = new Mat(picture, MatType.CV_8UC1, Scalar.Black);
        if (!region.IsEmpty)
        {
            using var part = mask.SubMat(region.Bounds);
            region.Mask.CopyTo(part);
        }

        return mask;
    }

    /// <summary>The whole picture's mask of a box that is wider by a share of itself on each side; the caller owns it.</summary>
    public static Mat MaskOf(Box box, double padding, Size picture)
    {
        var mask = new Mat(picture, MatType.CV_8UC1, Scalar.Black);
        var (x, y) = ((int)(box.Width * padding), (int)(box.Height * padding));
        Cv2.Rectangle(
            mask, new Rect(box.X - x, box.Y - y, box.Width + (2 * x), box.Height + (2 * y)), Scalar.White, thickness: -1);
        return mask;
    }

    /// <summary>Asserts that two pictures are equal to the last bit.</summary>
    public static void AssertSame(Mat expected, Mat actual) => Assert.Equal(0, Cv2.Norm(expected, actual, NormTypes.INF));

    public void Dispose()
    {
        _views.Dispose();
        Picture.Dispose();
        Gray.Dispose();
    }
}
