using FaceDeid.Detection;
using FaceDeid.Imaging;


namespace FaceDeid.Benchmarks.Privacy;

/// <summary>A person before anything is done.</summary>
/// <param name="Picture">The file that is de-identified.</param>
/// <param name="Face">The main face in it.</param>
/// <param name="Traits">What can be read from that face.</param>
/// <param name="Subject">What attackers know who have this very photo.</param>
/// <param name="Other">What attackers know who have another photo.</param>
internal sealed record Person(string Picture, FaceLandmarks Face, Traits Traits, Likeness Subject, Likeness Other)
{
    /// <summary>The person of two pictures, or null when one of them shows no face.</summary>
    public static Person? Of(PersonPictures pictures, ImageDecoder decoder, Examiner examiner)
    {
        using var subject = Open(pictures.Subject);
        using var other = Open(pictures.Other);
        return examiner.MainFace(subject) is { } face && examiner.MainFace(other) is { } otherFace
            ? new Person(pictures.Subject, face, examiner.TraitsOf(subject, face.Face), examiner.LikenessOf(subject, face), examiner.LikenessOf(other, otherFace))
            : null;

        SearchImage Open(string file)
        {
            using var picture = decoder.Decode(File.ReadAllBytes(file));
            return new SearchImage(picture.Bgr.Share());
        }
    }
}
