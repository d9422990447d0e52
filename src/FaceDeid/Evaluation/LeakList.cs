using FaceDeid.Evaluation.Attacks;
using FaceDeid.Evaluation.Examined;

namespace FaceDeid.Evaluation;

/// <summary>The rows that attackers recognise most.</summary>
internal static class LeakList
{
    private const int Most = 10;

    /// <summary>
    /// Those that some attack names outright, the most often named first; then by how near the other attacks come.
    /// </summary>
    public static IReadOnlyList<Leak> Find(IReadOnlyList<ExaminedRow> rows, IReadOnlyList<AttackOutcome> attacks) =>
    [
        .. rows.Select((row, i) => Find(row, i, attacks))
            .Where(leak => leak.Recognised > 0)
            .OrderByDescending(leak => leak.Recognised)
            .ThenBy(leak => leak.Ranks.Sum(rank => Math.Log(rank.Rank)))
            .ThenBy(leak => leak.Row)
            .Take(Most),
    ];

    private static Leak Find(ExaminedRow row, int index, IReadOnlyList<AttackOutcome> attacks)
    {
        LeakRank[] ranks =
        [
            .. attacks.Where(attack => attack.Ranks[index] is not null)
                .Select(attack => new LeakRank(
                    attack.Result.Threat, attack.Result.Recogniser, attack.Result.Inversion, attack.Ranks[index]!.Value)),
        ];
        return new Leak(row.Number, ranks.Count(rank => rank.Rank == 1), ranks.Length, ranks);
    }
}
