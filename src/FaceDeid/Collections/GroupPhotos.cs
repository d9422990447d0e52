using System.Numerics;
using System.Security.Cryptography;
using FaceDeid.Donors;
using FaceDeid.Faces;
using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Faces.Recognition;
using FaceDeid.Imaging;
using FaceDeid.Protection;
using FaceDeid.Protection.Methods;
using FaceDeid.Protection.Subjects;
using OpenCvSharp;

namespace FaceDeid.Collections;

/// <summary>A photo with the groups' faces in place.</summary>
/// <param name="Index">Which picture it is.</param>
/// <param name="Name">Its path in the archive.</param>
/// <param name="File">The written file.</param>
/// <param name="Sha256">Its hash.</param>
/// <param name="Faces">What became of the members' faces, by their numbers in the picture.</param>
internal sealed record TreatedPhoto(
    int Index, string Name, byte[] File, string Sha256, IReadOnlyDictionary<int, PhotoFace> Faces);

/// <summary>A member's face in a photo.</summary>
/// <param name="Method">What was done: <c>group</c>, or a fallback's name.</param>
/// <param name="Similarity">Cosine similarity to the original.</param>
/// <param name="IsNamed">Whether the nearest of all originals is of the same person.</param>
internal sealed record PhotoFace(string Method, double Similarity, bool IsNamed);

/// <summary>
/// Puts the groups' faces into the members' photos, with the shape, expression and blending of the natural replacement. Every
/// other face of a photo is replaced as in a picture that comes alone: no face of a photo leaves untouched. Thread-safe.
/// </summary>
internal sealed class GroupPhotos(
    FaceReader reader, FaceDeidentifier deidentifier, Verification verification, FaceEmbedder embedder, DonorLibrary library)
{
    private static readonly Treatment Natural = new(new DeidentificationOptions());

    /// <summary>The photo as it may be shown, with what was measured of it.</summary>
    /// <param name="picture">The picture, with its file.</param>
    /// <param name="shared">The faces that its members get, by the members' numbers in the picture.</param>
    /// <param name="gallery">All originals.</param>
    public TreatedPhoto Treat(
        ExaminedPicture picture, IReadOnlyDictionary<int, FinishedFace> shared,
        IReadOnlyList<(AlignedFace Face, Person Person)> gallery)
    {
        var file = picture.File ?? throw new InvalidOperationException("The file of a photo was not kept.");
        return reader.Run([file], reading => Treat(reading, file, picture, shared, gallery), WorkerGate.Abandoned);
    }

    private TreatedPhoto Treat(
        Reading reading, byte[] file, ExaminedPicture picture, IReadOnlyDictionary<int, FinishedFace> shared,
        IReadOnlyList<(AlignedFace Face, Person Person)> gallery)
    {
        using var decoded = reading.Decode(file, new DetectionOptions { OnDamage = picture.OnDamage });
        using var canvas = decoded.ToCanvas(keepsOriginal: false);
        var reports = picture.Subjects.Select((subject, i) => Treat(canvas, subject, shared.GetValueOrDefault(i))).ToArray();
        var isOther = reports.Select((report, i) => !shared.ContainsKey(i) || report.Fallback is not null).ToArray();
        var verified = verification.Run(
            canvas, [.. picture.Subjects.Where((_, i) => isOther[i])], [.. reports.Where((_, i) => isOther[i])],
            Natural, new WorkBudget()).ToDictionary(report => report.Id);

        var faces = shared.ToDictionary(member => member.Key, member =>
        {
            var subject = picture.Subjects[member.Key];
            var now = embedder.Embed(canvas.Bgr, subject.Landmarks);
            return new PhotoFace(
                isOther[member.Key] ? $"{verified[subject.Face.Id].Method}".ToLowerInvariant() : "group",
                now.SimilarityTo(subject.Embedding!),
                gallery.MaxBy(other => other.Face.Embedding.SimilarityTo(now)).Person
                == member.Value.Assignment.People.Single(person => IsOf(person, picture.Index, member.Key)));
        });
        var output = ImageOutput.Like(file);
        var extension = output.Format == ImageFormat.Jpeg ? "jpg" : $"{output.Format}".ToLowerInvariant();
        using var answer = decoded.FromCanvas(canvas, keepsOriginal: false);
        var written = ImageEncoder.Encode(answer.Bgr, answer.Alpha, output);
        return new TreatedPhoto(
            picture.Index, $"photos/{picture.Index:D4}.{extension}", written,
            Convert.ToHexStringLower(SHA256.HashData(written)), faces);
    }

    private static bool IsOf(Person person, int picture, int number) =>
        person.Faces.Any(face => face.Index == picture && face.Number == number);

    private FaceReport Treat(UprightImage canvas, Subject subject, FinishedFace? shared)
    {
        if (shared is null)
            return deidentifier.Treat(canvas, subject, Natural);
        var donor = ToDonor(shared.Face!);
        using var texture = donor.Texture;
        return deidentifier.Treat(canvas, subject, Natural with { Donors = [donor] });
    }

    /// <summary>
    /// The shared face as a donor: in the shape model's frame, its expression taken out. Its texture is the caller's.
    /// </summary>
    private Donor ToDonor(SharedFace face)
    {
        var model = library.Shapes;
        Complex[] shape = SimilarityTransform.Between(face.Shape, model.Mean).Apply(face.Shape);
        Complex[] neutral = [.. shape.Zip(model.ExpressionOf(shape), (own, expression) => own - expression)];
        using var chip = ChipFrame.FromBytes(face.Pixels);
        using var texture = model.Warp.Apply(
            chip, FaceOutline.WithForehead(face.Shape), model.MeanOutline, new Size(ShapeModel.FrameSide, ShapeModel.FrameSide));
        using var numbers = new Mat();
        texture.ConvertTo(numbers, MatType.CV_32FC3);
        library.Expression.Add(numbers, model.CoefficientsOf(shape), sign: -1);
#pragma warning disable IDISP001 // the caller's
        var bytes = new Mat();
#pragma warning restore IDISP001
        numbers.ConvertTo(bytes, MatType.CV_8UC3);
        return new Donor(bytes, neutral, face.Centre);
    }
}
