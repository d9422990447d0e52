using System.Numerics;
using FaceDeid.Detection;
using FaceDeid.Imaging;
using FaceDeid.Landmarks;
using FaceDeid.Recognition;
using OpenCvSharp;

namespace FaceDeid.Donors;

/// <summary>
/// Makes donors from a folder of pictures: each donor is the average of one person and the seven most like them, so that it has a
/// character of its own and is yet nobody's face.
/// </summary>
internal sealed class DonorBuilder(ImageDecoder decoder, FaceFinder finder, CheckedLandmarkPredictor predictor, FaceEmbedder embedder)
{
    private const double MinInterocular = 18; // pixels, below which a face adds only blur
    private const double MaxAsymmetry = 0.35; // of the nose between the jaw's ends: faces that look away have half a texture
    private const double OnePerson = 0.45; // cosine similarity from which two faces count as one person

    /// <summary>Builds the library from all pictures below a folder; who is who is told by the faces.</summary>
    /// <exception cref="FaceDeidException"><see cref="ErrorCode.ModelUnavailable"/>: too few people are in the pictures.</exception>
    public DonorLibrary Build(string folder)
    {
        if (!Directory.Exists(folder))
            throw new FaceDeidException(ErrorCode.ModelUnavailable, $"The folder of donor pictures {folder} is missing. Run 'make models', or set FaceDeid:Models:DonorPictures to a folder that is there.");
        var faces = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).SelectMany(Faces).ToList();
        var people = People(faces);
        var usable = people.Count(person => person.Exists(IsFrontal));
        if (usable < Donor.MinPeople)
        {
            faces.ForEach(face => face.Pixels.Dispose());
            throw new FaceDeidException(ErrorCode.ModelUnavailable, $"The donor pictures in {folder} show {usable} usable people, at least {Donor.MinPeople} are needed.");
        }

        try
        {
            var shapes = ShapeModel.Learn([.. people.Select(person => person.Select(face => face.Landmarks).ToList())]);
            var best = people.ConvertAll(person => person.Where(IsFrontal).MaxBy(f => f.Landmarks.InterocularDistance())).OfType<Face>().ToList();
#pragma warning disable IDISP004 // the library owns what it is made of
            return new DonorLibrary(
                shapes,
                [.. best.Select(seed => Average(shapes, [.. best.OrderByDescending(f => f.Embedding.SimilarityTo(seed.Embedding)).Take(Donor.MinPeople)]))],
                OpenMouth(shapes, people));
#pragma warning restore IDISP004
        }
        finally
        {
            faces.ForEach(face => face.Pixels.Dispose());
        }
    }

    private static bool IsFrontal(Face face) => CheckedLandmarkPredictor.Asymmetry(face.Landmarks) < MaxAsymmetry;

    private List<Face> Faces(string file)
    {
        using var picture = decoder.Decode(File.ReadAllBytes(file));
        using var search = new SearchImage(picture.Bgr.Share());
        var found = new List<Face>();
        foreach (var face in finder.Find(search, new DetectionOptions()))
        {
            var (landmarks, areReliable) = predictor.Predict(search.Gray, face);
            if (areReliable && landmarks.InterocularDistance() >= MinInterocular)
                found.Add(new Face(picture.Bgr.Clone(), landmarks, embedder.Embed(picture.Bgr, landmarks)));
        }

        return found;
    }

    /// <summary>Faces of one person together, however the pictures were filed.</summary>
    private static List<List<Face>> People(List<Face> faces)
    {
        var people = new List<List<Face>>();
        foreach (var face in faces)
        {
            if (people.Find(person => person.Exists(other => other.Embedding.SimilarityTo(face.Embedding) >= OnePerson)) is { } known)
                known.Add(face);
            else
                people.Add([face]);
        }

        return people;
    }

    private static Donor Average(ShapeModel model, List<Face> people)
    {
        var shape = new Complex[Landmarks68.Count];
        foreach (var face in people)
        {
            var points = face.Landmarks.ToComplex();
            var inFrame = SimilarityTransform.Between(points, model.Mean).Apply(points);
            var expression = model.ExpressionOf(inFrame);
            for (var i = 0; i < shape.Length; i++)
                shape[i] += (inFrame[i] - expression[i]) / people.Count;
        }

#pragma warning disable IDISP004 // the library that gets the donor disposes its texture
        return new Donor(AverageTexture(model, people), shape, FaceEmbedding.Centre([.. people.Select(face => face.Embedding)]));
#pragma warning restore IDISP004
    }

    private static Mat? OpenMouth(ShapeModel model, List<List<Face>> people)
    {
        var open = people.ConvertAll(person => person.Where(f => Mouth.IsOpen(f.Landmarks)).MaxBy(f => f.Landmarks.InterocularDistance())).OfType<Face>().ToList();
        return open.Count >= Donor.MinPeople ? AverageTexture(model, open) : null;
    }

    private static Mat AverageTexture(ShapeModel model, List<Face> people)
    {
        using var sum = new Mat(ShapeModel.FrameSide, ShapeModel.FrameSide, MatType.CV_32FC3, Scalar.Black);
        foreach (var face in people)
        {
            using var texture = Texture(model, face);
            Cv2.AddWeighted(sum, 1, texture, 1.0 / people.Count, 0, sum, MatType.CV_32F);
        }

        return ToBytes(sum);
    }

    private static Mat ToBytes(Mat pixels)
    {
        var bytes = new Mat();
        pixels.ConvertTo(bytes, MatType.CV_8UC3);
        return bytes;
    }

    /// <summary>The face in the model's frame; the caller owns it.</summary>
    private static Mat Texture(ShapeModel model, Face face) => model.Warp.Apply(
        face.Pixels, FaceOutline.WithForehead(face.Landmarks.ToComplex()), model.MeanOutline, new Size(ShapeModel.FrameSide, ShapeModel.FrameSide));

    private sealed record Face(Mat Pixels, Landmarks68 Landmarks, FaceEmbedding Embedding);
}
