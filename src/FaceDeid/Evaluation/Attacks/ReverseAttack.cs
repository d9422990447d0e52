using FaceDeid.Evaluation.Examined;

namespace FaceDeid.Evaluation.Attacks;

/// <summary>Has somebody's original, and looks for it among the de-identified faces.</summary>
internal sealed class ReverseAttack : IAttack
{
    public Threat Threat => Threat.Reverse;

    public Inversion? Inversion => null;

    public AttackSetup Prepare(Evidence evidence) => new(evidence.Known(row => row.Deidentified), evidence.Probes(row => row.Original));
}
