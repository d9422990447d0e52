using FaceDeid.Benchmarks.Privacy;
using FaceDeid.Detection;
using FaceDeid.Imaging;
using FaceDeid.KSame;


namespace FaceDeid.Benchmarks.CollectionPrivacy;

/// <summary>A picture of a member before anything is done.</summary>
/// <param name="File">The file.</param>
/// <param name="Face">The face that counts in it.</param>
/// <param name="Likeness">What attackers know who have this photo.</param>
/// <param name="Chip">The face as the service aligns it.</param>
/// <param name="Hog">Whether HOG finds it.</param>
internal sealed record MemberPicture(byte[] File, FaceLandmarks Face, Likeness Likeness, AlignedFace Chip, bool Hog);

/// <summary>Somebody whose photos are in both collections.</summary>
/// <param name="Subject">The photo in the collection that is attacked.</param>
/// <param name="Other">The photo in the other one.</param>
internal sealed record Member(MemberPicture Subject, MemberPicture Other)
{
    private static readonly PictureUse Use = new(File: true, EveryFace: false);

    /// <summary>The member of two pictures, or null when one of them cannot be used.</summary>
    public static Member? Of(PersonPictures pictures, PictureExaminer service, ImageDecoder decoder, Examiner examiner)
    {
        return Open(pictures.Subject) is { } subject && Open(pictures.Other) is { } other ? new Member(subject, other) : null;

        MemberPicture? Open(string path)
        {
            var file = File.ReadAllBytes(path);
            var picture = service.Examine(index: 0, file, Use, CancellationToken.None);
            if (picture.Fault is not null)
                return null;
            var chip = picture.Faces[0];
            var face = new FaceLandmarks(picture.Subjects[chip.Number].Face, picture.Subjects[chip.Number].Landmarks);
            using var decoded = decoder.Decode(file);
            using var image = new SearchImage(decoded.Bgr.Share());
            return new MemberPicture(file, face, examiner.LikenessOf(image, face), chip, examiner.Finds(DetectorKind.Hog, image, face.Face));
        }
    }
}
