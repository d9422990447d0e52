using System.Security.Cryptography;
using FaceDeid.Donors;
using FaceDeid.Faces;
using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Recognition;
using FaceDeid.Imaging;
using FaceDeid.Protection;
using FaceDeid.Protection.Methods;
using FaceDeid.Protection.Replacement;
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
    FaceReader reader, FaceDeidentifier deidentifier, Verification verification, FaceEmbedder embedder,
    DonorAssignment donors)
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
        var treatment = Natural with { Disguises = Disguises(canvas.Bgr, picture.Subjects, shared) };
        var reports = picture.Subjects.Select(subject => deidentifier.Treat(canvas, subject, treatment)).ToArray();
        var isOther = reports.Select((report, i) => !shared.ContainsKey(i) || report.Fallback is not null).ToArray();
        var verified = verification.Run(
            canvas, [.. picture.Subjects.Where((_, i) => isOther[i])], [.. reports.Where((_, i) => isOther[i])],
            treatment, new WorkBudget()).ToDictionary(report => report.Id);

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

    /// <summary>Members wear the face of their group; everybody else gets a donor, as in a picture that comes alone.</summary>
    private Dictionary<int, Disguise?> Disguises(
        Mat bgr, IReadOnlyList<Subject> subjects, IReadOnlyDictionary<int, FinishedFace> shared)
    {
        var others = subjects.Where((subject, i) =>
            !shared.ContainsKey(i) && FaceDeidentifier.Obstacle(subject, Natural) is null).ToList();
        return donors.Run(bgr, others, Natural.Options, share: 1)
            .Concat(shared.Select(member =>
                KeyValuePair.Create(subjects[member.Key].Face.Id, (Disguise?)new Disguise(ToDonor(member.Value.Face!)))))
            .ToDictionary();
    }

    /// <summary>The shared face as a donor.</summary>
    private static Donor ToDonor(SharedFace face)
    {
        using var chip = ChipFrame.FromBytes(face.Pixels);
        using var lab = chip.ToLab();
        Cv2.ImEncode(".bmp", chip, out var picture);
        return new Donor(
            picture, face.Shape, face.Centre, FaceMeasures.Of(lab, face.Shape), new AgeAndSex(0, 0.5), new FacialExpression([]),
            Seed: -1);
    }
}
