using FaceDeid.Sealing.Keys;

namespace FaceDeid.Sealing;

/// <summary>What may be asked of seals.</summary>
internal static class SealRules
{
    private const int MostIds = 512;

    /// <summary>Checks who is to open faces, before there is a picture.</summary>
    /// <exception cref="FaceDeidException">Nobody is, or too many.</exception>
    public static void Check(IReadOnlyList<Recipient> recipients)
    {
        if (recipients.Count == 0)
        {
            throw new FaceDeidException(
                FaceDeidError.MissingKey,
                "Say who may bring the faces back: 'keyId', 'passphrase', 'recipients', or the header X-FaceDeid-Key.");
        }

        if (recipients.Count(recipient => recipient.Key is Passphrase) > Passphrase.MostSalts)
        {
            throw FaceDeidException.Invalid(
                "recipients", $"may have {Passphrase.MostSalts} passphrases at most, because each takes long to try. Use keys.");
        }

        if (recipients.Count > SealFormat.MaxKeys)
        {
            throw FaceDeidException.Invalid(
                "recipients", $"may be {SealFormat.MaxKeys} at most, keys and passphrases of other fields among them.");
        }

        foreach (var recipient in recipients)
            CheckIds("recipients", recipient.Faces);
    }

    /// <summary>Checks who is to open faces, against those that there are.</summary>
    /// <exception cref="FaceDeidException">A recipient's face is none that was treated.</exception>
    public static void CheckRecipients(IReadOnlyList<Recipient> recipients, IEnumerable<FaceReport> faces) => CheckKnown(
        "recipients", recipients.SelectMany(recipient => recipient.Faces ?? []),
        [.. faces.Where(face => face.Treated).Select(face => face.Id)], "the picture does not have, or that was left visible");

    /// <summary>Checks what is to be opened, before there is a seal.</summary>
    /// <exception cref="FaceDeidException">There is no key, or no face is asked for.</exception>
    public static void Check(OpenOptions options)
    {
        if (options.Keys.Count == 0)
        {
            throw new FaceDeidException(
                FaceDeidError.MissingKey,
                "Send what opens the seal: 'keyId', 'passphrase', 'privateKey', or the header X-FaceDeid-Key.");
        }

        CheckIds("faces", options.Faces);
    }

    /// <summary>Checks numbers of faces against those that there are.</summary>
    /// <exception cref="FaceDeidException">A number is nobody's: a typing error would leave somebody out.</exception>
    public static void CheckKnown(string option, IEnumerable<int> asked, IReadOnlyCollection<int> known, string where)
    {
        if (asked.Any(face => !known.Contains(face)))
            throw FaceDeidException.Invalid(option, $"names a face that {where}.");
    }

    private static void CheckIds(string option, IReadOnlyList<int>? faces)
    {
        if (faces is { Count: 0 or > MostIds })
            throw FaceDeidException.Invalid(option, $"must name 1 to {MostIds} faces, or none for all of them.");
    }
}
