using FaceDeid.Evaluation.Examined;

namespace FaceDeid.Evaluation.Attacks;

/// <summary>What attackers know, and what they look for.</summary>
internal interface IAttack
{
    Threat Threat { get; }

    /// <summary>What is undone first; null: nothing.</summary>
    Inversion? Inversion { get; }

    /// <summary>What is compared with what, or the reason why the attack cannot be run.</summary>
    AttackSetup Prepare(ExaminedDataset examined);
}

/// <summary>What is compared with what.</summary>
/// <param name="Gallery">Faces with names.</param>
/// <param name="Probes">Faces without; each one's person is in the gallery.</param>
/// <param name="Undone">In how many probes something was undone; null: that is not tried.</param>
/// <param name="Obstacle">Why the attack cannot be run, and what it needs; null: it can.</param>
internal sealed record AttackSetup(
    IReadOnlyList<KnownFace> Gallery, IReadOnlyList<Probe> Probes, int? Undone = null, string? Obstacle = null)
{
    public static AttackSetup Impossible(string obstacle) => new([], [], Obstacle: obstacle);
}
