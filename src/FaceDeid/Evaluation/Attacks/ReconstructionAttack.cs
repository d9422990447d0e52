using FaceDeid.Evaluation.Examined;

namespace FaceDeid.Evaluation.Attacks;

/// <summary>
/// Undoes what was done, then knows the people by the very originals. Where a picture does not show that this was done, it stays
/// as it is; where hardly any does, it was not done, and those few are mistaken for it.
/// </summary>
internal sealed class ReconstructionAttack(Inversion inversion) : IAttack
{
    private const double Fewest = 0.05; // of the pictures

    public Threat Threat => Threat.Reconstruction;

    public Inversion? Inversion => inversion;

    public AttackSetup Prepare(ExaminedDataset examined)
    {
        var undone = examined.Rows.Count(row => row.Reconstructed.ContainsKey(inversion));
        if (undone > Fewest * examined.Rows.Count)
        {
            return new AttackSetup(
                examined.Known(row => row.Original),
                examined.Probes(row => row.Reconstructed.GetValueOrDefault(inversion, row.Deidentified)), Undone: undone);
        }

        var what = inversion switch
        {
            Contracts.Inversion.Deconvolution => "a blur",
            Contracts.Inversion.Upsampling => "blocks of one colour",
            _ => "permuted blocks",
        };
        return AttackSetup.Impossible(
            $"{(undone == 0 ? "No picture shows" : $"Only {undone} of {examined.Rows.Count} pictures seem to show")} {what}.");
    }
}
