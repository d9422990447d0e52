using System.Security.Cryptography;
using FaceDeid.Sealing.Keys;

namespace FaceDeid.Sealing;

/// <summary>Gives opened faces other keys.</summary>
internal static class Rewrapping
{
    /// <summary>The seal, in which the opened faces have other wrapped keys.</summary>
    /// <param name="opened">The faces.</param>
    /// <param name="used">The keys that were used to open them.</param>
    /// <param name="recipients">Who may open them from now on.</param>
    /// <param name="kept">Who else still may.</param>
    /// <exception cref="FaceDeidException">
    /// A face would have no key, or too many; or a recipient's face was not opened.
    /// </exception>
    public static Seal Rewrap(
        OpenedFaces opened, IReadOnlyList<SealingKey> used, IReadOnlyList<Recipient> recipients, KeptAccess kept)
    {
        SealRules.CheckKnown(
            "recipients", recipients.SelectMany(recipient => recipient.Faces ?? []),
            [.. opened.Faces.Select(face => face.Face.Id)], "is not among those that are opened");
        var faces = opened.Seal.Faces.ToArray();
        foreach (var face in opened.Faces)
        {
            WrappedKey[] access =
            [
                .. face.Face.Access.Where(wrapped => Stays(wrapped, used, kept)),
                .. recipients.Where(recipient => recipient.MayOpen(face.Face.Id))
                    .Select(recipient => recipient.Key.Wrap(face.DataKey)),
            ];
            if (access.Length is 0 or > SealFormat.MaxKeys)
            {
                throw FaceDeidException.Invalid(
                    "recipients", $"must leave each face with 1 to {SealFormat.MaxKeys} keys, those that are kept among them.");
            }

            faces[face.Index] = opened.Lock.WithAccess(face.Index, face.DataKey, access);
        }

        return opened.Seal with { Faces = faces };
    }

    private static bool Stays(WrappedKey wrapped, IReadOnlyList<SealingKey> used, KeptAccess kept) => kept switch
    {
        KeptAccess.All => true,
        KeptAccess.Others => !used.Any(key => Opens(key, wrapped)),
        _ => false,
    };

    private static bool Opens(SealingKey key, WrappedKey wrapped)
    {
        if (key.Unwrap(wrapped) is not { } dataKey)
            return false;
        CryptographicOperations.ZeroMemory(dataKey);
        return true;
    }
}
