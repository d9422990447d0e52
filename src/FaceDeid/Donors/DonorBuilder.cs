using System.Numerics;
using FaceDeid.Faces;
using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Faces.Recognition;
using OpenCvSharp;

namespace FaceDeid.Donors;

/// <summary>
/// Makes donors from a folder of pictures: each donor is the average of one person and the seven most like them, so that it has a
/// character of its own and is yet nobody's face.
/// </summary>
internal sealed class DonorBuilder(FaceReader reader, CheckedLandmarkPredictor predictor, FaceEmbedder embedder)
{
    private const double MinInterocular = 14; // pixels, below which a face adds only blur
    private const double MaxInterocular = 228; // pixels, three times the frame's: larger faces are reduced to it
    private const double MaxAsymmetry = 0.4; // of the nose between the jaw's ends: faces that look away have half a texture
    private const int MinRepeated = 20; // pictures of people with several, from which pose and expression are learned
    private const double OnePerson = 0.45; // cosine similarity from which two faces count as one person

    /// <summary>Builds the library from all pictures below a folder; who is who is told by the faces.</summary>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.ModelUnavailable"/>: too few people are in the pictures, or too few of them several times.
    /// </exception>
    public DonorLibrary Build(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new FaceDeidException(
                FaceDeidError.ModelUnavailable,
                $"The folder of donor pictures {folder} is missing. Run 'make models', or set FaceDeid:Models:DonorPictures to a "
                + "folder that is there.");
        }

        var faces = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .SelectMany(Faces).ToList();
        var people = People(faces);
        try
        {
            Check(folder, people);
            var shapes = ShapeModel.Learn([.. people.Select(person => person.Select(face => face.Landmarks).ToList())]);
            var inFrame = people.ConvertAll(person => person.ConvertAll(face => new InFrame(shapes, face)));
            try
            {
#pragma warning disable IDISP001, IDISP004 // the library owns what it is made of
                var expression = ExpressionTexture.Learn(
                    [.. inFrame.Select(person => person.ConvertAll(face => (face.Texture, face.Coefficients)))]);
                var best = inFrame
                    .ConvertAll(person => person.Where(f => IsFrontal(f.Face)).MaxBy(f => f.Face.Landmarks.InterocularDistance()))
                    .OfType<InFrame>().ToList();
                best.ForEach(face => face.Neutralise(expression));
                return new DonorLibrary(
                    shapes,
                    expression,
                    [.. best.Select(seed => Average([.. best
                        .OrderByDescending(f => f.Face.Embedding.SimilarityTo(seed.Face.Embedding)).Take(Donor.MinPeople)]))]);
#pragma warning restore IDISP001, IDISP004
            }
            finally
            {
                inFrame.ForEach(person => person.ForEach(face => face.Dispose()));
            }
        }
        finally
        {
            faces.ForEach(face => face.Pixels.Dispose());
        }
    }

    private static void Check(string folder, List<List<Face>> people)
    {
        var usable = people.Count(person => person.Exists(IsFrontal));
        if (usable < Donor.MinPeople)
        {
            throw new FaceDeidException(
                FaceDeidError.ModelUnavailable,
                $"The donor pictures in {folder} show {usable} usable people, at least {Donor.MinPeople} are needed.");
        }

        var several = people.Where(person => person.Count >= ShapeModel.MinPictures).Sum(person => person.Count);
        if (several < MinRepeated)
        {
            throw new FaceDeidException(
                FaceDeidError.ModelUnavailable,
                $"The donor pictures in {folder} show pose and expression too seldom: {several} pictures are of people with at "
                + $"least {ShapeModel.MinPictures}, and {MinRepeated} are needed.");
        }
    }

    private static bool IsFrontal(Face face) => CheckedLandmarkPredictor.Asymmetry(face.Landmarks) < MaxAsymmetry;

    private List<Face> Faces(string file)
    {
        try
        {
            var bytes = File.ReadAllBytes(file);
            return reader.Run([bytes], reading => Faces(reading, bytes), CancellationToken.None);
        }
        catch (Exception e) when (e is FaceDeidException or IOException or UnauthorizedAccessException)
        {
            throw new FaceDeidException(
                FaceDeidError.ModelUnavailable,
                $"The donor picture {file} cannot be read. Put pictures only into the folder. {e.Message}", e);
        }
    }

    private List<Face> Faces(Reading reading, byte[] file)
    {
        using var picture = reading.Decode(file, new DetectionOptions());
        using var search = SearchImage.Create(picture);
        var found = new List<Face>();
        // The predictor learnt from HOG's squares: a donor's points are made with them, where there are any.
        var hog = reading.Detect(search, new DetectionOptions { Detector = DetectorKind.Hog, Upsample = 0 });
        foreach (var face in reading.Detect(search, new DetectionOptions()))
        {
            var square = hog.FirstOrDefault(other => OneBoxPerFace.Covers(face.Box, other.ToCommon().Box));
            var (landmarks, areReliable) = predictor.Predict(
                search.Gray, square is null ? face : face with { LandmarkBox = square.LandmarkBox });
            if (areReliable && landmarks.InterocularDistance() >= MinInterocular)
                found.Add(Cut(picture.Bgr, landmarks, embedder.Embed(picture.Bgr, landmarks)));
        }

        return found;
    }

    // Only the face's surroundings, and no finer than the frame can show: the pictures can be large, and many.
    private static Face Cut(Mat picture, Landmarks68 landmarks, FaceEmbedding embedding)
    {
        var points = landmarks.ToComplex();
        var around = Cv2.BoundingRect(FaceOutline.WithForehead(points).Select(p => new Point(p.Real, p.Imaginary)).ToArray());
        around.Inflate(2, 2);
        around = around.Intersect(new Rect(0, 0, picture.Width, picture.Height));
        using var part = picture.SubMat(around);
        var scale = Math.Min(1, MaxInterocular / landmarks.InterocularDistance());
        return new Face(
            part.Resize(default, scale, scale, InterpolationFlags.Area),
            new Landmarks68([.. landmarks.Points.Select(p => new PixelPoint(
                (int)Math.Round((p.X - around.X) * scale), (int)Math.Round((p.Y - around.Y) * scale)))]),
            embedding);
    }

    /// <summary>Faces of one person together, however the pictures were filed.</summary>
    private static List<List<Face>> People(List<Face> faces)
    {
        var people = new List<List<Face>>();
        foreach (var face in faces)
        {
            var known = people.FindAll(person =>
                person.Exists(other => other.Embedding.SimilarityTo(face.Embedding) >= OnePerson));
            people.RemoveAll(known.Contains);
            people.Add([.. known.SelectMany(person => person), face]);
        }

        return people;
    }

    private static Donor Average(List<InFrame> people)
    {
        var shape = new Complex[Landmarks68.Count];
        foreach (var person in people)
        {
            for (var i = 0; i < shape.Length; i++)
                shape[i] += person.NeutralShape[i] / people.Count;
        }

#pragma warning disable IDISP004 // the library that gets the donor disposes its texture
        return new Donor(
            TrimmedMean.Compute([.. people.Select(person => person.Texture)]), shape,
            FaceEmbedding.Centre([.. people.Select(person => person.Face.Embedding)]));
#pragma warning restore IDISP004
    }

    private sealed record Face(Mat Pixels, Landmarks68 Landmarks, FaceEmbedding Embedding);

    /// <summary>A face in the model's frame.</summary>
    private sealed class InFrame : IDisposable
    {
        public InFrame(ShapeModel model, Face face)
        {
            Face = face;
            var points = face.Landmarks.ToComplex();
            var shape = SimilarityTransform.Between(points, model.Mean).Apply(points);
            Coefficients = model.CoefficientsOf(shape);
            NeutralShape = [.. shape.Zip(model.ExpressionOf(shape), (own, expression) => own - expression)];
            Texture = model.Warp.Apply(
                face.Pixels, FaceOutline.WithForehead(points), model.MeanOutline,
                new Size(ShapeModel.FrameSide, ShapeModel.FrameSide));
        }

        public Face Face { get; }

        public double[] Coefficients { get; }

        public Complex[] NeutralShape { get; }

        /// <summary><c>CV_8UC3</c>, owned by this object.</summary>
        public Mat Texture { get; }

        /// <summary>Takes the expression out of the texture.</summary>
        public void Neutralise(ExpressionTexture expression)
        {
            using var neutral = new Mat();
            Texture.ConvertTo(neutral, MatType.CV_32FC3);
            expression.Add(neutral, Coefficients, sign: -1);
            neutral.ConvertTo(Texture, MatType.CV_8UC3);
        }

        public void Dispose() => Texture.Dispose();
    }
}
