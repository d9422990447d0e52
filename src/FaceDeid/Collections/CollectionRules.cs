namespace FaceDeid.Collections;

/// <summary>What a collection may ask for, and which of its pictures can be used.</summary>
internal static class CollectionRules
{
    /// <summary>Checks the options. All mistakes are listed at once, by option.</summary>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.InvalidOption"/>: something is out of its range or contradictory.
    /// </exception>
    public static void Check(CollectionOptions options, IReadOnlyList<PictureSubject?> subjects)
    {
        var mistakes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (options.K is < CollectionOptions.MinK or > CollectionOptions.MaxK)
            mistakes["k"] = $"must be between {CollectionOptions.MinK} and {CollectionOptions.MaxK}.";
        if (options.Components is < 1 or > CollectionOptions.MaxComponents)
            mistakes["components"] = $"must be between 1 and {CollectionOptions.MaxComponents}.";
        if (!options.Chips && !options.Photos)
            mistakes["output"] = "must name chips, photos, or both.";
        if (options.Select is not null && options.Algorithm != KSameAlgorithm.KSameSelect)
            mistakes["select"] = "belongs to k-same-select only. Leave it out.";
        else if (SelectOf(options, subjects) == SelectBy.Label && OfLabels(subjects) is { } ofLabels)
            mistakes["subjects"] = ofLabels;
        if (SubjectNames.FindAlike(subjects.Select(subject => subject?.Subject)) is var (first, second))
        {
            mistakes["subjects"] =
                $"names somebody for picture {second} as for picture {first}, but for case, accents' coding, width or letters "
                + "that nobody sees: write the name of one person alike everywhere, and give two people names that differ.";
        }

        if (mistakes.Count > 0)
            throw FaceDeidException.Invalid(mistakes);
    }

    /// <summary>What k-Same-Select keeps apart; null: another algorithm.</summary>
    public static SelectBy? SelectOf(CollectionOptions options, IReadOnlyList<PictureSubject?> subjects) =>
        options.Algorithm != KSameAlgorithm.KSameSelect
            ? null
            : options.Select ?? (subjects.Any(s => s?.Label is not null) ? SelectBy.Label : SelectBy.Expression);

    // Two groups for one person would leave only who is in both of them: one label for all their pictures.
    private static string? OfLabels(IReadOnlyList<PictureSubject?> subjects)
    {
        if (subjects.Any(subject => subject?.Label is null))
            return "needs a label for every picture, because select=label asks for it.";
        return subjects.GroupBy(subject => subject!.Subject, StringComparer.Ordinal)
            .Any(person => person.Key is not null && person.Distinct().Count() > 1)
            ? "must give all pictures of a person the same label: a person in two groups could be told by who is in both."
            : null;
    }

    /// <summary>Why a picture cannot be used with these options; null: it can.</summary>
    public static SkippedPicture? FaultOf(ExaminedPicture picture, CollectionOptions options, PictureSubject? subject)
    {
        if (picture.Fault is { } fault)
            return fault;
        if (picture.FacesFound > 1 && options.MultipleFaces == MultipleFacesPolicy.Error)
        {
            return new SkippedPicture(
                picture.Index, "several_faces", "Several faces were found. Cut one out, or set multipleFaces to largest or all.");
        }

        return picture.Faces.Count > 1 && options.MultipleFaces == MultipleFacesPolicy.All && subject?.Subject is not null
            ? new SkippedPicture(
                picture.Index, "several_faces",
                "Several faces were found, and 'subjects' names one person. Cut one out, leave the name out, or set "
                + "multipleFaces to largest.")
            : null;
    }

    /// <summary>The refusal of a collection with pictures that cannot be used.</summary>
    public static FaceDeidException BadPictures(IReadOnlyList<SkippedPicture> faults) => FaceDeidException.OfPictures(
        $"{faults.Count} of the pictures cannot be used: 'errors' says which, by index from 0, and why. Send others, leave them "
        + "out, or set onBadImage to skip.",
        faults.ToDictionary(fault => $"{fault.Index}", fault => $"{fault.Reason}: {fault.Detail}", StringComparer.Ordinal));

    /// <summary>The options with an algorithm for so many people.</summary>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.TooFewPeople"/>.</exception>
    public static CollectionOptions ForPeople(int people, CollectionOptions options)
    {
        var isFar = options.Photos && people >= KSamePlan.FewestPeople(KSameAlgorithm.KSameFurthest, options.K);
        var algorithm = options.Algorithm ?? (isFar ? KSameAlgorithm.KSameFurthest : KSameAlgorithm.KSameM);
        var needed = KSamePlan.FewestPeople(algorithm, options.K);
        if (people >= needed)
            return options with { Algorithm = algorithm };
        var why = needed > options.K ? ": two groups of k, since each gets the other's average" : string.Empty;
        throw new FaceDeidException(
            FaceDeidError.TooFewPeople,
            $"There are {people} people, and at least {needed} are needed{why}. Send pictures of more people, or lower 'k'.");
    }
}
