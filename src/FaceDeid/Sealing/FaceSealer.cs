using System.Security.Cryptography;
using FaceDeid.Imaging;
using FaceDeid.Protection;
using FaceDeid.Protection.Scrambling;
using FaceDeid.Sealing.Keys;

namespace FaceDeid.Sealing;

/// <summary>Makes seals of treated pictures.</summary>
internal static class FaceSealer
{
    /// <summary>The original pixels of every treated face that somebody may open.</summary>
    /// <param name="treated">The picture before and after.</param>
    /// <param name="hasOpacity">Whether the public picture has opacity; else it is seen on white.</param>
    /// <param name="recipients">Who may open what.</param>
    public static SavedFaces Save(TreatedPicture treated, bool hasOpacity, IReadOnlyList<Recipient> recipients)
    {
        var faces = treated.Report.Faces.Where(face => face.Treated).ToList();
        var pixels = FacePixels.Collect(treated.Original, treated.Answer, [.. faces.Select(face => face.Box)], hasOpacity);
        return new SavedFaces([.. faces.Zip(pixels)
            .Where(pair => pair.Second is not null && recipients.Any(recipient => recipient.MayOpen(pair.First.Id)))
            .Select(pair => new OpenFace(
                pair.First.Id, pair.Second!.Region, pair.Second.Content, RandomNumberGenerator.GetBytes(DataKey.Length),
                RandomNumberGenerator.GetBytes(DataKey.NonceLength), KeysTo(pair.First.Id, recipients)))]);
    }

    /// <summary>Seals the original pixels of faces; null: there are none.</summary>
    /// <param name="saved">The faces.</param>
    /// <param name="shown">The public picture, as whoever opens the file sees it.</param>
    public static Seal? SealPixels(SavedFaces saved, UprightImage shown) =>
        Close(SealKind.Pixels, shown, PixelHash.Compute(shown), saved.Faces);

    /// <summary>Seals the order of scrambled faces; null: there are none.</summary>
    /// <param name="scrambled">The faces.</param>
    /// <param name="shown">The public picture, as whoever opens the file sees it.</param>
    /// <param name="recipients">Who may open what.</param>
    /// <exception cref="FaceDeidException">
    /// A scrambled face has no recipient: nobody could ever restore it, or what lies below it.
    /// </exception>
    public static Seal? SealOrder(IReadOnlyList<ScrambledFace> scrambled, UprightImage shown, IReadOnlyList<Recipient> recipients)
    {
        if (scrambled.Any(face => !recipients.Any(recipient => recipient.MayOpen(face.Id))))
        {
            throw FaceDeidException.Invalid(
                "recipients", "must leave no scrambled face to nobody. Add a recipient without 'faces', or take faces out.");
        }

        return Close(SealKind.Scramble, shown, new byte[SealFormat.HashLength], [.. scrambled.Select(face => new OpenFace(
            face.Id, face.Region, BlockMeans.Compute(shown.Bgr, face.Blocks), face.DataKey,
            face.Nonce, KeysTo(face.Id, recipients)))]);
    }

    private static Seal? Close(SealKind kind, UprightImage shown, byte[] pixelHash, IReadOnlyList<OpenFace> faces)
    {
        if (faces.Count > SealFormat.MaxFaces)
        {
            throw FaceDeidException.Invalid(
                "faces", $"may be {SealFormat.MaxFaces} at most in a seal. Give those that are to be sealed.");
        }

        return faces.Count == 0 ? null : FaceLock.Close(kind, shown.Bgr.ImageSize(), pixelHash, faces);
    }

    private static SealingKey[] KeysTo(int face, IReadOnlyList<Recipient> recipients) =>
        [.. recipients.Where(recipient => recipient.MayOpen(face)).Select(recipient => recipient.Key)];
}

/// <summary>Faces that are about to be sealed. Zeroes what they hold at the end.</summary>
/// <param name="faces">The faces.</param>
internal sealed class SavedFaces(IReadOnlyList<OpenFace> faces) : IDisposable
{
    public IReadOnlyList<OpenFace> Faces => faces;

    public void Dispose()
    {
        foreach (var face in faces)
        {
            CryptographicOperations.ZeroMemory(face.DataKey);
            CryptographicOperations.ZeroMemory(face.Content);
        }
    }
}
