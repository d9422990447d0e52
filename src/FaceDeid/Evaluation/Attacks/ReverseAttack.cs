using FaceDeid.Evaluation.Examined;

namespace FaceDeid.Evaluation.Attacks;

/// <summary>Has somebody's original, and looks for it among the de-identified faces.</summary>
internal sealed class ReverseAttack : IAttack
{
    public Threat Threat => Threat.Reverse;

    public Inversion? Inversion => null;

    public AttackSetup Prepare(ExaminedDataset examined) =>
        new(examined.Known(row => row.Deidentified), examined.Probes(row => row.Original));
}
