namespace FaceDeid.Reports;

/// <summary>The page's part for readers who do not know the terms.</summary>
internal static class ReadingSection
{
    public static Markup HowToRead { get; } = Markup.Create($"""
        <section aria-labelledby="reading">
        <h2 id="reading">How to read this</h2>
        <p>A face is de-identified when nobody can tell whose it was. Here that is tried: programs that recognise faces play the attackers.
        The figures hold for these programs and these pictures; a stronger program, or somebody who knows the person, may see more.</p>
        <h3>What attackers do</h3>
        <dl class="terms">
        {Markup.Each(Lines, Entry)}
        </dl>
        <h3>Who compares</h3>
        <dl class="terms">
        <dt>Eigenfaces</dt><dd>compares pixels by their principal components (Turk and Pentland 1991).</dd>
        <dt>LBPH</dt><dd>compares textures by histograms of local binary patterns (Ahonen, Hadid and Pietik{"\u00E4"}inen 2004).</dd>
        <dt>Embedding</dt><dd>a deep network, the one by which FaceDeid itself chooses and verifies replacements: it may be flattered by them.</dd>
        </dl>
        <h3>Figures</h3>
        <dl class="terms">
        <dt>Rank-1, rank-5</dt><dd>In how many searches the right person is the nearest, or among the nearest five. Chance is what guessing finds.</dd>
        <dt>95 % interval</dt><dd>Where the true figure is likely to lie: few pictures give a wide one. The verdict trusts its ends, not its middle.</dd>
        <dt>TAR at FAR</dt><dd>When two pictures are compared and so many wrong pairs pass (false accept rate), how many right pairs pass (true accept rate).
        A dash: too few wrong pairs to say.</dd>
        <dt>EER</dt><dd>The rate at which as many wrong pairs pass as right ones fail. 50 % is guessing.</dd>
        <dt>AUC</dt><dd>How often a right pair looks more alike than a wrong one. 0.5 is guessing, 1 is never wrong.</dd>
        <dt>n, gallery</dt><dd>How many searches there were, and among how many people.</dd>
        <dt>Bound</dt><dd>What a certificate of a collection promises: no one is named rightly with a greater probability, by the picture alone.</dd>
        </dl>
        </section>
        """);

    private static IEnumerable<AttackLine> Lines =>
    [
        .. Enum.GetValues<Threat>().Where(threat => threat != Threat.Reconstruction)
            .Select(threat => new AttackLine(threat, null)),
        .. Enum.GetValues<Inversion>().Select(inversion => new AttackLine(Threat.Reconstruction, inversion)),
    ];

    private static Markup Entry(AttackLine line) =>
        Markup.Create($"<dt>{EvaluationWords.Word(line)}</dt><dd>Attackers {EvaluationWords.Meaning(line)}.</dd>");
}
