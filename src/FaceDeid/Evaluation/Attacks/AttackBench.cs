using FaceDeid.Evaluation.Examined;
using FaceDeid.Evaluation.Figures;
using FaceDeid.Evaluation.Recognisers;

namespace FaceDeid.Evaluation.Attacks;

/// <summary>Lets each recogniser make each attack. Thread-safe.</summary>
internal sealed class AttackBench(IEnumerable<IAttack> attacks, IEnumerable<IRecogniser> recognisers)
{
    private readonly IAttack[] _attacks = [.. attacks];
    private readonly IRecogniser[] _recognisers = [.. recognisers];

    /// <summary>Runs what can be run.</summary>
    /// <param name="examined">What attackers have.</param>
    /// <param name="bound">What the certificate promises; null: there is none.</param>
    /// <param name="work">Where the pieces are done.</param>
    public async Task<AttackOutcomes> RunAsync(ExaminedDataset examined, double? bound, SideBySide work)
    {
        var prepared = _attacks.Select(attack => (Attack: attack, Setup: attack.Prepare(examined))).ToList();
        var control = new AttackSetup(examined.Gallery, examined.Probes(row => row.Original));
        Piece[] pieces =
        [
            .. prepared.Where(attack => attack.Setup.Obstacle is null)
                .SelectMany(attack => _recognisers.Select(recogniser => new Piece(
                    attack.Attack.Threat, attack.Attack.Inversion, attack.Setup, recogniser, IsControl: false))),
            .. examined.Gallery.Count == 0 ? [] : _recognisers.Select(recogniser => new Piece(
                Threat.Naive, Inversion: null, control, recogniser, IsControl: true)),
        ];
        var outcomes = await work.EachAsync("attack", pieces, piece => Run(piece, bound, examined.Rows.Count));
        return new AttackOutcomes(
            [.. outcomes.Where(outcome => !outcome.IsControl)],
            [.. outcomes.Where(outcome => outcome.IsControl).Select(outcome => outcome.Result)],
            [.. prepared.Where(attack => attack.Setup.Obstacle is not null)
                .Select(attack => new AttackNotRun(attack.Attack.Threat, attack.Attack.Inversion, attack.Setup.Obstacle!))]);
    }

    private static AttackOutcome Run(Piece piece, double? bound, int rows)
    {
        var (gallery, probes) = (piece.Setup.Gallery, piece.Setup.Probes);
        var scores = Scores.Create(
            piece.Recogniser.Compare([.. gallery.Select(known => known.Face)], [.. probes.Select(probe => probe.Face)]),
            gallery, probes);
        var ranks = new int?[rows];
        foreach (var (index, probe) in probes.Index())
        {
            var (better, equal) = scores.PlaceOf(index);
            ranks[probe.Row] = better + equal + 1;
        }

        var result = AttackFigures.Compute(
            piece.Threat, piece.Recogniser.Kind, piece.Inversion, scores, piece.IsControl ? null : bound);
        return new AttackOutcome(result with { Undone = piece.Setup.Undone }, ranks, piece.IsControl);
    }

    private sealed record Piece(Threat Threat, Inversion? Inversion, AttackSetup Setup, IRecogniser Recogniser, bool IsControl);
}

/// <summary>What came of all attacks.</summary>
/// <param name="Attacks">Those that were run.</param>
/// <param name="Controls">The naive attack on untouched pictures.</param>
/// <param name="NotRun">Those that could not be run.</param>
internal sealed record AttackOutcomes(
    IReadOnlyList<AttackOutcome> Attacks, IReadOnlyList<AttackResult> Controls, IReadOnlyList<AttackNotRun> NotRun);

/// <summary>What came of an attack.</summary>
/// <param name="Result">Its figures.</param>
/// <param name="Ranks">The rank of each row's person, ties against the attacker; null: the row was no probe.</param>
/// <param name="IsControl">Whether it was made on untouched pictures.</param>
internal sealed record AttackOutcome(AttackResult Result, IReadOnlyList<int?> Ranks, bool IsControl);
