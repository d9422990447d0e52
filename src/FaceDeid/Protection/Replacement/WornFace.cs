using System.Numerics;
using FaceDeid.Donors;
using FaceDeid.Faces.Landmarks;
using OpenCvSharp;

namespace FaceDeid.Protection.Replacement;

/// <summary>
/// A donor's face as a subject wears it. Where it is seen, its tone and its light are judged in the view of the subject; then
/// the picture's own pixels are changed, strip by strip.
/// </summary>
internal sealed class WornFace : IDisposable
{
    private const int Overlap = 10; // rows that a blur looks beyond a strip

    private readonly FaceView _subject;
    private readonly ShapeModel _shapes;
    private readonly Mat _texture; // CV_8UC3
    private readonly Complex[] _textureOutline;
    private readonly Complex[] _outline; // in the picture
    private readonly SkinColours _skin; // the subject's
    private readonly SkinTone _tone;

    // In pixels of the view.
    private readonly Mat _worn; // in the subject's tone
    private readonly Mat _opacity;
    private readonly Mat _light;
    private readonly OpenMouth _mouth;

    /// <summary>Dresses a subject.</summary>
    /// <param name="subject">The subject's face as it is seen; stays the caller's.</param>
    /// <param name="shapes">The shape model.</param>
    /// <param name="donor">Who is worn.</param>
    /// <param name="share">The donor's share of the inner face's shape, 0 to 1.</param>
    /// <param name="keepsGlasses">Whether the subject's glasses stay in front of it.</param>
    public WornFace(FaceView subject, ShapeModel shapes, Donor donor, double share, bool keepsGlasses = false)
    {
        (_subject, _shapes) = (subject, shapes);
        _texture = donor.Texture();
        EyeShift.Move(_texture, donor.Points, subject.Gaze);
        _textureOutline = FaceMesh.WithForehead(donor.Points);
        var landmarks = Array.ConvertAll(subject.Points[..Landmarks68.Count], subject.ToPicture);
        _outline = FaceMesh.WithForehead(TargetShape.Of(shapes, landmarks, donor.Points, share));
        var points = Points = subject.ToView(_outline);
        var size = subject.Lab.Size();
        using var colours = shapes.Warp.Warped(_texture, _textureOutline, points, size);
        _worn = colours.ToLab();
        using var sure = SureSkin.Mask(points, size);
        using var donorSkin = SkinColours.Likeness(_worn, sure, out var donorColours);
        _skin = subject.Skin;
        _tone = ToneOf(_worn, points, donorColours, subject);
        using var depth = WornOpacity.Depth(points, size);
        using var core = WornOpacity.Core(subject, points);
        _opacity = WornOpacity.Of(subject, core, donorSkin, depth);
        _tone.Apply(_worn);
        using var lit = _worn.Clone();
        var slope = subject.Light.Minus(LightSlope.Of(_worn, sure), points[30], subject.FaceWidth);
        slope.AddTo(lit);
        _light = WornLight.Of(subject, lit, _opacity, core, donorSkin, depth);
        slope.AddTo(_light);
        Cv2.Add(_worn, _light, lit);
        WornLight.KeepTone(_light, depth, core, SkinColours.Of(lit, sure), _skin, subject.FaceWidth);
        _mouth = new OpenMouth(subject, shapes, points);
        // Last: the edge of glasses is no rim where light is judged.
        if (keepsGlasses && subject.Glasses is { } glasses)
            WornOpacity.StayBehind(glasses, _opacity);
    }

    /// <summary>79 points that it is meant to have, in pixels of the view.</summary>
    public Complex[] Points { get; }

    /// <summary>Changes the subject's face in its picture (<c>CV_8UC3</c>), and nothing outside the outline.</summary>
    public void PutInto(Mat picture)
    {
        var sharpness = Sharpen(picture);
        var isGray = _subject.IsGray();
        foreach (var strip in Strips.Split(_subject.Bounds))
        {
            var wider = new Rect(strip.X, strip.Y - Overlap, strip.Width, strip.Height + (2 * Overlap))
                .Intersect(_subject.Bounds);
            using var face = Rendered(wider);
            using var light = _subject.ToPicture(_light, default, wider);
            Cv2.Add(face, light, face);
            _mouth.PutInto(face, wider);
            SkinTone.SpareHighlights(face, _skin);
            sharpness.Apply(face, wider.TopLeft);
            using var inner = face.SubMat(new Rect(0, strip.Y - wider.Y, strip.Width, strip.Height));
            using var colours = inner.ToBgr();
            if (isGray)
                LabPixels.MakeGray(colours);
            using var opacity = _subject.ToPicture(_opacity, default, strip);
            using var pixels = picture.SubMat(strip);
            Blend(pixels, colours, opacity);
        }
    }

    /// <summary>The view with the worn face, as a picture, <c>CV_8UC3</c>; the caller owns it. Nothing is changed.</summary>
    public Mat InView()
    {
        using var face = new Mat();
        Cv2.Add(_worn, _light, face);
        _mouth.PutIntoView(face);
        using var colours = face.ToBgr();
        var view = _subject.Lab.ToBgr();
        Blend(view, colours, _opacity);
        return view;
    }

    public void Dispose()
    {
        _texture.Dispose();
        _worn.Dispose();
        _opacity.Dispose();
        _light.Dispose();
        _mouth.Dispose();
    }

    /// <summary>The donor in a part of the picture, in the subject's tone; CIE L*a*b*; the caller owns it.</summary>
    private Mat Rendered(Rect part)
    {
        if (_subject.IsWhole)
            return _worn.Clone(new Rect(part.TopLeft - _subject.Bounds.TopLeft, part.Size));
        var corner = new Complex(part.X, part.Y);
        using var bgr = _shapes.Warp.Warped(_texture, _textureOutline, Array.ConvertAll(_outline, p => p - corner), part.Size);
        var lab = bgr.ToLab();
        _tone.Apply(lab);
        return lab;
    }

    private static SkinTone ToneOf(Mat worn, Complex[] points, SkinColours skin, FaceView subject)
    {
        return SkinTone.Between(
            skin, subject.Skin,
            BrowsOf(subject.Lab, subject.Points, subject.Skin) / Math.Max(0.05, BrowsOf(worn, points, skin)));

        // How much darker than the skin, in parts of its lightness.
        static double BrowsOf(Mat lab, Complex[] points, SkinColours skin) =>
            FaceMeasures.BrowsOf(lab, points, skin) / Math.Max(1, skin.Tone.Item0);
    }

    private Sharpness Sharpen(Mat picture)
    {
        var sample = Sharpness.Sample(_outline[30], _subject.Bounds);
        if (sample.Width <= 0 || sample.Height <= 0)
            return default;
        var corner = new Complex(sample.X, sample.Y);
        using var part = picture.SubMat(sample);
        using var own = part.ToLab();
        using var worn = Rendered(sample);
        using var ownSkin = SureSkin.Mask(Array.ConvertAll(_subject.Points, p => _subject.ToPicture(p) - corner), sample.Size);
        using var wornSkin = SureSkin.Mask(Array.ConvertAll(_outline, p => p - corner), sample.Size);
        using var ownLightness = own.ExtractChannel(0);
        using var wornLightness = worn.ExtractChannel(0);
        return Sharpness.Match(ownLightness, ownSkin, wornLightness, wornSkin);
    }

    private static unsafe void Blend(Mat pixels, Mat worn, Mat opacity)
    {
        var (rows, columns) = (pixels.Rows, pixels.Cols);
        for (var y = 0; y < rows; y++)
        {
            var own = (byte*)pixels.Ptr(y);
            var other = (byte*)worn.Ptr(y);
            var share = (float*)opacity.Ptr(y);
            for (var x = 0; x < columns; x++, own += 3, other += 3)
            {
                if (share[x] <= 0)
                    continue;
                for (var channel = 0; channel < 3; channel++)
                    own[channel] = (byte)(own[channel] + (share[x] * (other[channel] - own[channel])) + 0.5f);
            }
        }
    }
}
