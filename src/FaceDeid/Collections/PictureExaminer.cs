using System.Security.Cryptography;
using System.Text.Json;
using FaceDeid.Faces;
using FaceDeid.Faces.Detection;
using FaceDeid.Imaging;
using FaceDeid.Protection;
using FaceDeid.Protection.Subjects;

namespace FaceDeid.Collections;

/// <summary>Brings a collection's pictures down to what is held of them. Thread-safe.</summary>
internal sealed class PictureExaminer(FaceReader reader, FaceDeidentifier deidentifier, ChipFrame frame)
{
    private const double MinInterocular = 10; // pixels: a chip made of less shows nobody

    private static readonly DeidentificationOptions WithEmbedding = new();

    /// <summary>
    /// Decodes a picture, finds its faces and aligns them. A picture that cannot be used is an answer, not an exception.
    /// </summary>
    public ExaminedPicture Examine(int index, byte[] file, PictureUse use, CancellationToken cancellationToken)
    {
        var empty = new ExaminedPicture(
            index, Convert.ToHexStringLower(SHA256.HashData(file)), FacesFound: 0, [], HasReliableLandmarks: false, File: null,
            [], use.OnDamage, Fault: null);
        try
        {
            return reader.Run([file], Read, cancellationToken);
        }
        catch (FaceDeidException e) when (e.Code != FaceDeidError.ModelUnavailable)
        {
            return empty with
            {
                Fault = new SkippedPicture(index, JsonNamingPolicy.SnakeCaseLower.ConvertName($"{e.Code}"), e.Message),
            };
        }

        ExaminedPicture Read(Reading reading)
        {
            using var picture = reading.Decode(file, WithEmbedding.Detection with { OnDamage = use.OnDamage });
            using var views = new PictureViews(picture);
            var found = reading.Detect(views, WithEmbedding.Detection);
            if (found.Count == 0)
            {
                return empty with
                {
                    Fault = new SkippedPicture(
                        index, "no_face", "No face was found. Send a picture with a clearer or larger face."),
                };
            }

            FoundFace[] wanted = use.File || use.EveryFace ? [.. found] : [MainFace.Choose(found)];
            var subjects = reading.Step("examine", () => deidentifier.Examine(views, wanted, WithEmbedding));
            var faces = reading.Step("align", () => Aligned(index, picture, views, subjects, use));
            return empty with
            {
                FacesFound = found.Count,
                Faces = faces,
                HasReliableLandmarks = faces.Length > 0 && subjects[faces[0].Number].HasReliableLandmarks,
                File = use.File ? file : null,
                Subjects = use.File ? subjects : [],
                Fault = faces.Length > 0 ? null : new SkippedPicture(
                    index, "face_too_small",
                    $"The eyes are less than {MinInterocular} pixels apart. Send a larger picture of the face."),
            };
        }
    }

    private AlignedFace[] Aligned(
        int index, UprightImage picture, PictureViews views, IReadOnlyList<Subject> subjects, PictureUse use)
    {
        var bySize = MainFace.First(subjects.Index(), subject => subject.Item.Face);
        var large = bySize.Take(use.EveryFace ? bySize.Count : 1)
            .Where(subject => subject.Item.Landmarks.InterocularDistance() >= MinInterocular).ToList();
        using var visible = picture.ToVisible();
        return [.. views.Examine(large, subject => subject.Item.Face, (image, together) => together.Select(subject =>
        {
            var (pixels, shape) = frame.Align(
                subject.Item.Face.Seen == Appearance.Colours ? visible : image.Bgr, subject.Item.Landmarks);
            return new AlignedFace(index, subject.Index, pixels, shape, subject.Item.Embedding!);
        }).ToArray())];
    }
}
