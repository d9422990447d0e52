using System.Security.Cryptography;
using FaceDeid.Deidentification;
using FaceDeid.Imaging;
using FaceDeid.Scrambling;
using FaceDeid.Sealing.Keys;

namespace FaceDeid.Sealing;

/// <summary>Makes seals of treated pictures.</summary>
internal static class FaceSealer
{
    /// <summary>Seals the original pixels of every treated face that somebody may open; null: there is none.</summary>
    /// <param name="treated">The picture before and after.</param>
    /// <param name="shown">The public picture, as whoever opens the file sees it.</param>
    /// <param name="recipients">Who may open what.</param>
    public static Seal? SealPixels(TreatedPicture treated, UprightImage shown, IReadOnlyList<Recipient> recipients)
    {
        var faces = treated.Report.Faces.Where(face => face.Treated).ToList();
        CheckRecipients(recipients, faces);
        var hasOpacity = shown.Alpha is not null;
        using var original = hasOpacity ? treated.Original.Share() : treated.Original.OnWhite();
        using var answer = hasOpacity ? treated.Answer.Share() : treated.Answer.OnWhite();
        var pixels = FacePixels.Of(original, answer, [.. faces.Select(face => face.Box)]);
        var open = new List<OpenFace>(faces.Count);
        try
        {
            foreach (var (face, own) in faces.Zip(pixels))
            {
                if (own is not null && recipients.Any(recipient => recipient.MayOpen(face.Id)))
                {
                    open.Add(new OpenFace(
                        face.Id, own.Region, own.Content, RandomNumberGenerator.GetBytes(SealingKey.Length),
                        RandomNumberGenerator.GetBytes(SealFormat.NonceLength), KeysTo(face.Id, recipients)));
                }
            }

            return Close(SealKind.Pixels, shown, PixelHash.Of(shown), open);
        }
        finally
        {
            foreach (var face in open)
            {
                CryptographicOperations.ZeroMemory(face.DataKey);
                CryptographicOperations.ZeroMemory(face.Content);
            }
        }
    }

    /// <summary>Seals the order of every scrambled face; null: there is none.</summary>
    /// <exception cref="FaceDeidException">A scrambled face has no recipient: nobody could ever restore it, or what lies below it.</exception>
    public static Seal? SealOrder(TreatedPicture treated, UprightImage shown, IReadOnlyList<Recipient> recipients)
    {
        CheckRecipients(recipients, treated.Report.Faces.Where(face => face.Treated));
        var scrambled = treated.Scrambling?.Faces ?? [];
        if (scrambled.Any(face => !recipients.Any(recipient => recipient.MayOpen(face.Id))))
            throw FaceDeidException.Invalid("recipients", "must leave no scrambled face to nobody. Add a recipient without 'faces', or take faces out.");
        return Close(SealKind.Scramble, shown, new byte[SealFormat.HashLength], [.. scrambled.Select(face => new OpenFace(
            face.Id, face.Region, BlockMeans.Of(shown.Bgr, face.Blocks), face.DataKey, face.Nonce, KeysTo(face.Id, recipients)))]);
    }

    private static Seal? Close(SealKind kind, UprightImage shown, byte[] pixelHash, List<OpenFace> faces)
    {
        if (faces.Count > SealFormat.MaxFaces)
            throw FaceDeidException.Invalid("faces", $"may be {SealFormat.MaxFaces} at most in a seal. Give those that are to be sealed.");
        return faces.Count == 0 ? null : FaceLock.Close(kind, shown.Bgr.ImageSize(), pixelHash, faces);
    }

    private static void CheckRecipients(IReadOnlyList<Recipient> recipients, IEnumerable<FaceReport> faces) => SealRules.CheckKnown(
        "recipients", recipients.SelectMany(recipient => recipient.Faces ?? []), [.. faces.Select(face => face.Id)], "the picture does not have, or that was left visible");

    private static SealingKey[] KeysTo(int face, IReadOnlyList<Recipient> recipients) =>
        [.. recipients.Where(recipient => recipient.MayOpen(face)).Select(recipient => recipient.Key)];
}
