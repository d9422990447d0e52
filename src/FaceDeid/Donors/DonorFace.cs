using System.Numerics;
using FaceDeid.Imaging;
using FaceDeid.Landmarks;
using OpenCvSharp;

namespace FaceDeid.Donors;

/// <summary>
/// The average of some donors, as a face that can be worn. The texture belongs to this object.
/// </summary>
internal sealed class DonorFace : IDisposable
{
    private const double JawShare = 0.2; // the outline stays nearly the subject's: hair, ears and neck outside of it do too
    private const int JawPoints = 17;
    private const double DetailSigma = 6; // pixels of the frame
    private const double DetailGain = 0.7;

    private readonly ShapeModel _model;
    private readonly Mat _texture;
    private readonly Mat _open; // the same with an open mouth
    private readonly Complex[] _shape;

    /// <summary>Averages donors.</summary>
    /// <param name="library">The library that the donors are of.</param>
    /// <param name="donors">The donors that are averaged.</param>
    public DonorFace(DonorLibrary library, IReadOnlyList<Donor> donors)
    {
        _model = library.Shapes;
        using var sum = new Mat(donors[0].Texture.Size(), MatType.CV_32FC3, Scalar.Black);
        _shape = new Complex[Landmarks68.Count];
        foreach (var donor in donors)
        {
            Cv2.AddWeighted(sum, 1, donor.Texture, 1.0 / donors.Count, 0, sum, MatType.CV_32F);
            for (var i = 0; i < _shape.Length; i++)
                _shape[i] += donor.Shape[i] / donors.Count;
        }

        // An average is softer than any face: what it lost of its detail is given back.
        using var soft = sum.GaussianBlur(default, DetailSigma, DetailSigma);
        Cv2.AddWeighted(sum, 1 + DetailGain, soft, -DetailGain, 0, sum);
        _texture = new Mat();
        sum.ConvertTo(_texture, MatType.CV_8UC3);
        _open = _texture.Clone();
        if (library.OpenMouth is { } openMouth)
            Mouth.PutInto(_open, openMouth, _model);
    }

    /// <summary>
    /// The donor's landmarks and forehead in the picture, in the subject's pose and expression: of the subject's shape only its
    /// within-person part is kept, of its inner face at a <paramref name="share"/> of 1 nothing else.
    /// </summary>
    /// <param name="subject">The subject's landmarks.</param>
    /// <param name="share">The donor's share of the inner face's shape, 0 to 1.</param>
    public Complex[] OutlineOn(Landmarks68 subject, double share)
    {
        var points = subject.ToComplex();
        var toFrame = SimilarityTransform.Between(points, _model.Mean);
        var own = toFrame.Apply(points);
        var expression = _model.ExpressionOf(own);
        var worn = new Complex[own.Length];
        for (var i = 0; i < worn.Length; i++)
        {
            var donorShare = i < JawPoints ? share * JawShare : share;
            worn[i] = (donorShare * (_shape[i] + expression[i])) + ((1 - donorShare) * own[i]);
        }

        return FaceOutline.WithForehead(toFrame.Inverse.Apply(worn));
    }

    /// <summary>The donor's pixels between the points of an outline, and where they are; the caller owns both.</summary>
    /// <param name="subject">The subject's landmarks, for its expression.</param>
    /// <param name="outline">Landmarks and forehead, relative to the result.</param>
    /// <param name="size">Size of the result in pixels.</param>
    /// <param name="coverage">255 where there are pixels, else 0; <c>CV_8UC1</c>.</param>
    public Mat Render(Landmarks68 subject, Complex[] outline, Size size, out Mat coverage)
    {
        // Sampling single pixels of a texture much larger than the face would alias: it is averaged down first.
        var scale = SimilarityTransform.Between(_model.MeanOutline, outline).Scale;
        var fitting = Mouth.IsOpen(subject) ? _open : _texture;
        using var texture = scale > 0.7 ? fitting.Share() : fitting.Squeeze(Math.Max(16, (int)Math.Ceiling(ShapeModel.FrameSide * scale)));
        var reduction = texture.Width / (double)ShapeModel.FrameSide;
        var from = _model.MeanOutline.Select(p => ((p + new Complex(0.5, 0.5)) * reduction) - new Complex(0.5, 0.5)).ToArray();
        return _model.Warp.Apply(texture, from, outline, size, out coverage);
    }

    public void Dispose()
    {
        _texture.Dispose();
        _open.Dispose();
    }
}
