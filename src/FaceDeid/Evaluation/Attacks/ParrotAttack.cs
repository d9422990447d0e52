using FaceDeid.Evaluation.Examined;

namespace FaceDeid.Evaluation.Attacks;

/// <summary>
/// Does to other photos what was done to the pictures, and compares like with like. Where there are no such photos, people with
/// several rows are known by their first one.
/// </summary>
internal sealed class ParrotAttack : IAttack
{
    public Threat Threat => Threat.Parrot;

    public Inversion? Inversion => null;

    public AttackSetup Prepare(ExaminedDataset examined)
    {
        if (examined.TreatedGallery.Count > 0)
            return new AttackSetup(examined.TreatedGallery, examined.Probes(row => row.Deidentified));

        var seen = new HashSet<int>();
        var (gallery, probes) = (new List<KnownFace>(), new List<Probe>());
        foreach (var (index, row) in examined.Rows.Index())
        {
            if (seen.Add(row.Person))
                gallery.Add(new KnownFace(row.Person, row.Deidentified));
            else
                probes.Add(new Probe(index, row.Person, row.Deidentified));
        }

        return probes.Count > 0
            ? new AttackSetup(gallery, probes)
            : AttackSetup.Impossible(
                "There are no other photos that were de-identified in the same way. Put them into gallery-deidentified/, or name "
                + "the method and put other photos into gallery/, or send several rows of each person.");
    }
}
