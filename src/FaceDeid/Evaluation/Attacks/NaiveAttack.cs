using FaceDeid.Evaluation.Examined;

namespace FaceDeid.Evaluation.Attacks;

/// <summary>Knows the people by other photos, and looks for the de-identified faces.</summary>
internal sealed class NaiveAttack : IAttack
{
    public const string NoGallery = "There are no other photos of the people. Put at least one of each into gallery/.";

    public Threat Threat => Threat.Naive;

    public Inversion? Inversion => null;

    public AttackSetup Prepare(ExaminedDataset examined) => examined.Gallery.Count == 0
        ? AttackSetup.Impossible(NoGallery)
        : new AttackSetup(examined.Gallery, examined.Probes(row => row.Deidentified));
}
