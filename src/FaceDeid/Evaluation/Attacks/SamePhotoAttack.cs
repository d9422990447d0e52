using FaceDeid.Evaluation.Examined;

namespace FaceDeid.Evaluation.Attacks;

/// <summary>Knows the people by the very originals, and looks for the de-identified faces.</summary>
internal sealed class SamePhotoAttack : IAttack
{
    public Threat Threat => Threat.SamePhoto;

    public Inversion? Inversion => null;

    public AttackSetup Prepare(ExaminedDataset examined) =>
        new(examined.Known(row => row.Original), examined.Probes(row => row.Deidentified));
}
