using System.Numerics;
using FaceDeid.Faces;
using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Faces.Recognition;
using OpenCvSharp;

namespace FaceDeid.Donors;

/// <summary>
/// Makes donors from a folder of pictures: around each clear face a mixture of it and of those of its kind that are most like it,
/// so that it has a character of its own and is yet nobody's face.
/// </summary>
internal sealed class DonorBuilder(
    FaceReader reader, CheckedLandmarkPredictor predictor, FaceEmbedder embedder, AgeSexNetwork kinds,
    ExpressionNetwork expressions)
{
    /// <summary>Fewest people in a folder.</summary>
    public const int MinPeople = 8;

    private const int Mixed = 5; // people in a donor: fewer show whose strands and shadows they are, more are soft
    private const int MixedOld = 3; // wrinkles do not agree: of more people, little is left of them
    private const int Old = 50; // years
    private const int Averaged = 40; // people in an average
    private const double MinInterocular = 24; // pixels, below which a face adds only blur
    private const double MaxInterocular = 160; // pixels: larger faces are reduced to it, finer than a texture
    private const double MaxAsymmetry = 0.45; // of the nose between the jaw's ends: faces that look away have half a texture
    private const double OnePerson = 0.45; // cosine similarity from which two faces count as one person
    private const double Kept = 0.4; // of the face's box, to each side, of a picture
    private const double OtherKind = 10; // costs more than any difference within a kind

    /// <summary>Builds the library from all pictures below a folder.</summary>
    /// <param name="folder">The pictures; the main face of each counts.</param>
    /// <param name="shapes">The shape model.</param>
    /// <param name="labels">What somebody saw, by file; without, the networks say who is who and of what kind.</param>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.ModelUnavailable"/>: no folder, something that is no picture, or too few people.
    /// </exception>
    public DonorLibrary Build(string folder, ShapeModel shapes, DonorLabels? labels = null)
    {
        if (!Directory.Exists(folder))
        {
            throw new FaceDeidException(
                FaceDeidError.ModelUnavailable,
                $"The folder of donor pictures {folder} is missing. Set FaceDeid:Models:DonorPictures to a folder that is there, "
                + "or leave it out.");
        }

        var pictures = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Where(file => labels is null || labels.Uses(Path.GetFileName(file)))
            .Select(file => Read(file, labels)).OfType<DonorPicture>().ToList();
        var both = new List<DonorPicture>();
        try
        {
            both.AddRange(Numbered(pictures, isOneEach: labels is not null));
            var people = both.Select(picture => picture.Number).Distinct().Count();
            if (people < MinPeople)
            {
                throw new FaceDeidException(
                    FaceDeidError.ModelUnavailable,
                    $"The donor pictures in {folder} show {people} usable people, at least {MinPeople} are needed.");
            }

            both.AddRange(both.ConvertAll(picture => picture.Mirrored()));
            var seeds = both.Take(both.Count / 2).Where(picture => picture.IsClear).DistinctBy(picture => picture.Number)
                .ToList();
            var mixtures = seeds.ConvertAll(seed => Nearest(seed, both));
            var ofOneKind = mixtures.FindAll(mixture => mixture.TrueForAll(picture => IsOfKind(picture, mixture[0])));
            return new DonorLibrary(shapes,
            [
                .. (ofOneKind.Count >= MinPeople ? ofOneKind : mixtures)
                    .Select(mixture => DonorMixture.Mix(shapes, mixture, kinds, expressions)),
                .. Averages(both).Select(mixture => DonorMixture.Mix(shapes, mixture, kinds, expressions, isAverage: true)),
            ]);
        }
        finally
        {
            pictures.ForEach(picture => picture.Dispose());
            both.ForEach(picture => picture.Dispose());
        }
    }

    /// <summary>Faces of one person get one number, however the pictures were filed.</summary>
    private static List<DonorPicture> Numbered(List<DonorPicture> pictures, bool isOneEach)
    {
        var numbered = new List<DonorPicture>();
        foreach (var (i, picture) in pictures.Index())
        {
            var known = isOneEach
                ? null
                : numbered.Find(other => other.Embedding.SimilarityTo(picture.Embedding) >= OnePerson);
            numbered.Add(picture with { Number = known?.Number ?? i });
        }

        return numbered;
    }

    /// <summary>A face and those that are most like it, each another person; of its kind, as far as there are enough.</summary>
    private static List<DonorPicture> Nearest(DonorPicture seed, List<DonorPicture> pictures)
    {
        var m = seed.Measures;
        return [seed, .. pictures.Where(picture => picture.Number != seed.Number).OrderBy(Cost)
            .DistinctBy(picture => picture.Number).Take((seed.Who.Age < Old ? Mixed : MixedOld) - 1)];

        double Cost(DonorPicture other) => -other.Embedding.SimilarityTo(seed.Embedding)
            + (0.02 * Math.Abs(other.Measures.Skin.Tone.Item0 - m.Skin.Tone.Item0))
            + (0.015 * Math.Abs(other.Measures.Light - m.Light)) + (0.01 * Math.Abs(other.Measures.Beard - m.Beard))
            + (2 * Math.Abs(other.Measures.Yaw - m.Yaw)) + (2 * Math.Abs(other.Measures.Mouth - m.Mouth))
            + (2 * Math.Abs(other.Measures.Smile - m.Smile)) + (0.01 * Math.Abs(other.Who.Age - seed.Who.Age))
            + (IsOfKind(other, seed) ? 0 : OtherKind);
    }

    private static bool IsOfKind(DonorPicture other, DonorPicture seed) =>
        other.Who.IsChild == seed.Who.IsChild && (seed.Who.IsChild || other.Who.IsMale == seed.Who.IsMale)
        && Math.Abs(other.Who.Age - seed.Who.Age) < 6 + (0.25 * seed.Who.Age)
        && Math.Abs(other.Measures.Mouth - seed.Measures.Mouth) < 0.15
        && Math.Abs(other.Measures.Yaw - seed.Measures.Yaw) < 0.15
        && Math.Abs(other.Measures.Skin.Tone.Item0 - seed.Measures.Skin.Tone.Item0) < 18;

    /// <summary>All frontal faces of women, of men and of children, with closed and with open mouths; or of all people.</summary>
    private static List<List<DonorPicture>> Averages(List<DonorPicture> pictures)
    {
        var frontal = pictures.FindAll(picture => !picture.HasGlasses && Math.Abs(picture.Measures.Yaw) < 0.15);
        var kinds = frontal.GroupBy(picture => (
                picture.Who.IsChild ? "child" : picture.Who.IsMale ? "man" : "woman",
                IsOpen: picture.Measures.Mouth >= FaceMeasures.OpenMouth))
            .Where(kind => kind.DistinctBy(picture => picture.Number).Count() >= MinPeople)
            .Select(MedianFirst).ToList();
        return kinds.Count > 0 ? kinds : [MedianFirst(pictures)];

        // The first one's tone is that of all.
        static List<DonorPicture> MedianFirst(IEnumerable<DonorPicture> kind)
        {
            var byLightness = kind.Take(Averaged).OrderBy(picture => picture.Measures.Skin.Tone.Item0).ToList();
            var median = byLightness[byLightness.Count / 2];
            return [median, .. byLightness.Where(picture => picture != median)];
        }
    }

    private DonorPicture? Read(string file, DonorLabels? labels)
    {
        try
        {
            var bytes = File.ReadAllBytes(file);
            var label = labels?.Of(Path.GetFileName(file));
            return reader.Run([bytes], reading => Read(reading, bytes, label), CancellationToken.None);
        }
        catch (Exception e) when (e is FaceDeidException or IOException or UnauthorizedAccessException)
        {
            throw new FaceDeidException(
                FaceDeidError.ModelUnavailable,
                $"The donor picture {file} cannot be read. Put pictures only into the folder. {e.Message}", e);
        }
    }

    private DonorPicture? Read(Reading reading, byte[] file, DonorLabel? label)
    {
        using var picture = reading.Decode(file, new DetectionOptions());
        using var search = SearchImage.Create(picture);
        var faces = reading.Detect(search, new DetectionOptions());
        if (faces.Count == 0)
            return null;
        var (landmarks, areReliable) = predictor.Predict(search.Gray, MainFace.Choose(faces));
        if (!areReliable || landmarks.InterocularDistance() < MinInterocular
            || CheckedLandmarkPredictor.Asymmetry(landmarks) > MaxAsymmetry)
            return null;
        var who = kinds.Look(picture.Bgr, landmarks);
        var (pixels, points) = Cut(picture.Bgr, landmarks);
        using var lab = pixels.ToLab();
        return new DonorPicture(
            pixels, points, embedder.Embed(picture.Bgr, landmarks), FaceMeasures.Of(lab, points),
            label is null ? who : new AgeAndSex(label.Age, label.IsMale ? 1 : 0), Number: 0)
        {
            IsClear = label?.IsClear ?? true,
            HasGlasses = label?.HasGlasses ?? false,
        };
    }

    // Only the face's surroundings, and no finer than a texture: the pictures can be large, and many.
    private static (Mat Pixels, Complex[] Points) Cut(Mat picture, Landmarks68 landmarks)
    {
        var points = landmarks.ToComplex();
        var around = Cv2.BoundingRect(FaceMesh.WithForehead(points).Select(SureSkin.ToPoint));
        around.Inflate((int)(Kept * around.Width), (int)(Kept * around.Height));
        around = around.Intersect(new Rect(0, 0, picture.Width, picture.Height));
        using var part = picture.SubMat(around);
        var scale = Math.Min(1, MaxInterocular / landmarks.InterocularDistance());
        var corner = new Complex(around.X, around.Y);
        return (
            scale < 1 ? part.Resize(default, scale, scale, InterpolationFlags.Area) : part.Clone(),
            Array.ConvertAll(points, p => (p - corner) * scale));
    }
}
