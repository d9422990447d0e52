using FaceDeid.Evaluation.Examined;

namespace FaceDeid.Evaluation.Attacks;

/// <summary>Knows the people by the very originals, and looks for the de-identified faces.</summary>
internal sealed class SamePhotoAttack : IAttack
{
    public Threat Threat => Threat.SamePhoto;

    public Inversion? Inversion => null;

    public AttackSetup Prepare(Evidence evidence) => new(evidence.Known(row => row.Original), evidence.Probes(row => row.Deidentified));
}
