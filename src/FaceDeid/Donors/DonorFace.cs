using System.Numerics;
using FaceDeid.Faces.Landmarks;
using OpenCvSharp;

namespace FaceDeid.Donors;

/// <summary>The average of some donors, as a face that anybody can wear. Read-only after it was made.</summary>
internal sealed class DonorFace : IDisposable
{
    private const double JawShare = 0.6; // of the inner face's: hair, ears and neck outside of the outline stay the subject's
    private const int JawPoints = 17;
    private const double DetailSigma = 6; // pixels of the frame
    private const double DetailGain = 0.7;

    private readonly ShapeModel _model;
    private readonly ExpressionTexture _expression;
    private readonly Mat _texture; // without expression, CV_32FC3
    private readonly Mat _opacity; // the library's
    private readonly Complex[] _shape;

    /// <summary>Averages donors.</summary>
    /// <param name="library">The library that the donors are of.</param>
    /// <param name="donors">The donors that are averaged.</param>
    public DonorFace(DonorLibrary library, IReadOnlyList<Donor> donors)
    {
        _model = library.Shapes;
        _expression = library.Expression;
        _opacity = library.Opacity;
        _texture = new Mat(donors[0].Texture.Size(), MatType.CV_32FC3, Scalar.Black);
        _shape = new Complex[Landmarks68.Count];
        using var everywhere = new Mat();
        foreach (var donor in donors)
        {
            Cv2.Accumulate(donor.Texture, _texture, everywhere);
            for (var i = 0; i < _shape.Length; i++)
                _shape[i] += donor.Shape[i] / donors.Count;
        }

        // An average is softer than any face: what it lost of its detail is given back.
        using var soft = _texture.GaussianBlur(default, DetailSigma, DetailSigma);
        Cv2.AddWeighted(_texture, (1 + DetailGain) / donors.Count, soft, -DetailGain / donors.Count, 0, _texture);
    }

    /// <summary>
    /// The face in the subject's place, pose and expression: of the subject's shape only its within-person part is kept, of its
    /// inner face at a <paramref name="share"/> of 1 nothing else.
    /// </summary>
    /// <param name="subject">The subject's landmarks.</param>
    /// <param name="share">The donor's share of the inner face's shape, 0 to 1.</param>
    public WornFace WornBy(Landmarks68 subject, double share)
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

        using var texture = _texture.Clone();
        _expression.Add(texture, _model.CoefficientsOf(own));
        using var bytes = new Mat();
        texture.ConvertTo(bytes, MatType.CV_8UC3);
#pragma warning disable IDISP001 // belongs to the worn face
        var withOpacity = new Mat();
#pragma warning restore IDISP001
        Cv2.Merge([bytes, _opacity], withOpacity);
        return new WornFace(_model, withOpacity, FaceOutline.WithForehead(toFrame.Inverse.Apply(worn)));
    }

    public void Dispose() => _texture.Dispose();
}
