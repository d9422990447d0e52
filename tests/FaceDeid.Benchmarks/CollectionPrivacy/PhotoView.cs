using FaceDeid.Benchmarks.Privacy;
using FaceDeid.Detection;
using FaceDeid.Imaging;
using FaceDeid.KSame;


namespace FaceDeid.Benchmarks.CollectionPrivacy;

/// <summary>What can be seen in a member's photo.</summary>
/// <param name="Face">What attackers get, who are told where the original's landmarks were.</param>
/// <param name="Hog">Whether HOG finds the face.</param>
/// <param name="IsGroups">Whether the face is the group's, and no fallback.</param>
internal sealed record PhotoView(Likeness Face, bool Hog, bool IsGroups)
{
    /// <summary>Everybody's photo in a collection, in the members' order.</summary>
    public static PhotoView[] Of(CollectionResult result, IReadOnlyList<Member> members, ImageDecoder decoder, Examiner examiner)
    {
        var files = result.Files.ToDictionary(file => file.Name, file => file.Content, StringComparer.Ordinal);
        CertificateMember[] photos = [.. result.Certificate.Groups.SelectMany(group => group.Members).OrderBy(member => member.Index)];
        return AllProcessors.Map(photos, photo => Look(
            files[photo.Photo!], members[photo.Index], string.Equals(photo.PhotoMethod, "group", StringComparison.Ordinal), decoder, examiner));
    }

    /// <summary>The photos as they are.</summary>
    public static PhotoView[] Untouched(IReadOnlyList<Member> members, ImageDecoder decoder, Examiner examiner) =>
        AllProcessors.Map(members, member => Look(member.Subject.File, member, isGroups: false, decoder, examiner));

    private static PhotoView Look(byte[] file, Member member, bool isGroups, ImageDecoder decoder, Examiner examiner)
    {
        using var picture = decoder.Decode(file);
        using var image = new SearchImage(picture.Bgr.Share());
        var face = member.Subject.Face;
        return new PhotoView(examiner.LikenessOf(image, face), examiner.Finds(DetectorKind.Hog, image, face.Face), isGroups);
    }
}
