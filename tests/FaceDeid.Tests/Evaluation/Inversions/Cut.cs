using FaceDeid.Evaluation.Inversions;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Protection.Subjects;
using FaceDeid.Tests.Protection;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Evaluation.Inversions;

/// <summary>A real face with its surroundings, cut out of a picture as attackers cut it out.</summary>
internal sealed class Cut : IDisposable
{
    private readonly Scene _scene;
    private readonly Rect _place;

    private Cut(Scene scene, int extraWidth = 0)
    {
        _scene = scene;
        var box = scene.Main.Box;
        _place = new Rect(box.X - (box.Width / 5), box.Y - (box.Height / 5), (box.Width * 7 / 5) + extraWidth, box.Height * 7 / 5)
            .Intersect(new Rect(0, 0, scene.Bgr.Width, scene.Bgr.Height));
        Original = Part(scene.Bgr);
    }

    public static string[] Names => ["faces/2007_007763.jpg", "faces/2009_004587.jpg", "faces/Tom_Cruise_avp_2014_4.jpg"];

    public static TheoryData<string> Faces
    {
        get
        {
            var data = new TheoryData<string>();
            foreach (var name in Names)
                data.Add(name);
            return data;
        }
    }

    public Mat Original { get; }

    public int FaceWidth => _scene.Main.Box.Width;

    public static Cut Of(string name, int extraWidth = 0) => new(Scene.Of(name), extraWidth);

    /// <summary>The cut after the service's method, and after JPEG if a quality is given; the caller owns it.</summary>
    public Mat After(
        DeidentificationMethod method, double? strength = null, int? jpeg = null, RegionShape region = RegionShape.Ellipse)
    {
        var options = new DeidentificationOptions { Method = method, Strength = strength, AllowWeak = true, Region = region };
        using var picture = _scene.After(_scene.Main, options);
        if (jpeg is null)
            return Part(picture);
        using var saved = Saved(picture, jpeg.Value);
        return Part(saved);
    }

    public static Mat Saved(Mat picture, int quality)
    {
        using var saved = Engine.Decoder.Decode(Picture.Of(picture).Save(image => image.JpegsaveBuffer(q: quality)));
        return saved.Bgr.Clone();
    }

    /// <summary>How similar the embedding network finds the face of a cut to the original's.</summary>
    public double Similarity(Mat cut)
    {
        var landmarks = new Landmarks68(
            [.. _scene.Main.Landmarks.Points.Select(p => p with { X = p.X - _place.X, Y = p.Y - _place.Y })]);
        return Engine.Embedder.Embed(cut, landmarks).SimilarityTo(Engine.Embedder.Embed(Original, landmarks));
    }

    /// <summary>The root of the mean squared difference to the original in the middle, where the face is.</summary>
    public double Error(Mat cut)
    {
        Assert.Equal(Original.Size(), cut.Size());
        var middle = TreatedArea.Middle(cut.Size());
        using var a = Original.SubMat(middle);
        using var b = cut.SubMat(middle);
        return Cv2.Norm(a, b) / Math.Sqrt(3.0 * middle.Width * middle.Height);
    }

    public void Dispose()
    {
        Original.Dispose();
        _scene.Dispose();
    }

    private Mat Part(Mat picture)
    {
        using var part = picture.SubMat(_place);
        return part.Clone();
    }
}
