namespace FaceDeid.Evaluation.Attacks;

/// <summary>Undoes what was done, then knows the people by the very originals. Where a picture does not show that this was done, it stays as it is.</summary>
internal sealed class ReconstructionAttack(Inversion inversion) : IAttack
{
    public Threat Threat => Threat.Reconstruction;

    public Inversion? Inversion => inversion;

    public AttackSetup Prepare(Evidence evidence) => evidence.Rows.Any(row => row.Reconstructed.ContainsKey(inversion))
        ? new AttackSetup(evidence.Known(row => row.Original), evidence.Probes(row => row.Reconstructed.GetValueOrDefault(inversion, row.Deidentified)))
        : AttackSetup.Impossible(inversion switch
        {
            Evaluation.Inversion.Deconvolution => "No picture shows a blur.",
            Evaluation.Inversion.Upsampling => "No picture shows blocks of one colour.",
            _ => "No picture shows permuted blocks.",
        });
}
