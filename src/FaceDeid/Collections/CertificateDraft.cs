namespace FaceDeid.Collections;

/// <summary>Writes down what was done.</summary>
internal sealed class CertificateDraft(
    CertificateSoftware software, CollectionOptions options, NeighbourSpace neighbours, int? components,
    IReadOnlyList<PictureSubject?> subjects, CertificateKey? key)
{
    private const int SimilarityDigits = 4; // further ones say nothing, and would differ between processors

    public Certificate Of(
        int pictures,
        int people,
        KSamePlan plan,
        IReadOnlyList<FinishedFace> faces,
        IReadOnlyList<TreatedPhoto>? photos,
        IReadOnlyList<SkippedPicture> skipped,
        IReadOnlyList<CertificateWarning> warnings,
        IReadOnlyList<ExaminedPicture> inputs) => new(
            Certificate.CurrentSchema,
            DateTimeOffset.UtcNow,
            software,
            Parameters(),
            people,
            pictures,
            Groups(plan, faces, photos?.ToDictionary(photo => photo.Index), inputs.ToDictionary(picture => picture.Index)),
            skipped,
            warnings,
            options.Chips ? Bound(plan) : null,
            photos is null ? null : Measured(photos, people),
            key is null ? null : new CertificateSignature(CertificateKey.Algorithm, key.Id));

    private CertificateParameters Parameters() => new(
        options.Algorithm!.Value, options.K, neighbours, Source, options.MultipleFaces, options.OnBadImage,
        components, CollectionRules.SelectOf(options, subjects));

    private SubjectSource Source => subjects.Count(subject => subject?.Subject is not null) switch
    {
        0 => SubjectSource.Assumed,
        var named => named == subjects.Count ? SubjectSource.Given : SubjectSource.PartlyGiven,
    };

    private CertificateBound Bound(KSamePlan plan)
    {
        var kind = options.Algorithm == KSameAlgorithm.KDiffFurthest ? GuaranteeKind.Shuffled : GuaranteeKind.Identical;
        List<string> restsOn =
        [
            Source == SubjectSource.Given
                ? "Nobody is in the collection under two names."
                : "Pictures without a subject show people who are in no other picture: nobody said who is who.",
            "Nothing that is passed on with the chips tells whose row is whose: no originals, and no certificate with input "
            + "hashes to somebody who has the original files.",
        ];
        if (kind == GuaranteeKind.Shuffled)
        {
            restsOn.Add(
                "Who of a group got which face was drawn by lot, by the operating system's generator, and the lot is not kept. "
                + "The files cannot prove it.");
        }

        return new CertificateBound(1.0 / plan.Groups.Min(group => group.People.Count), kind, restsOn);
    }

    private CertificateGroup[] Groups(
        KSamePlan plan, IReadOnlyList<FinishedFace> faces,
        Dictionary<int, TreatedPhoto>? photos, Dictionary<int, ExaminedPicture> inputs)
    {
        var ofPerson = faces.SelectMany(face => face.Assignment.People.Select(person => (person, face)))
            .ToDictionary(pair => pair.person, pair => pair.face);
        return [.. plan.Groups.Select((group, i) => new CertificateGroup(
            i + 1,
            group.People.Count,
            [.. group.People.SelectMany(person =>
                person.Faces.Select(face => Member(person, face, ofPerson[person], photos?[face.Index], inputs[face.Index])))
                .OrderBy(member => member.Index).ThenBy(member => member.Face)],
            group.Class))];
    }

    private CertificateMember Member(
        Person person, AlignedFace face, FinishedFace shared, TreatedPhoto? photo, ExaminedPicture input)
    {
        var number = input.Faces.Count > 1 ? face.Number + 1 : (int?)null;
        return new CertificateMember(
            face.Index,
            person.Number,
            number,
            options.InputHashes ? input.Sha256 : null,
            options.Chips ? $"chips/{face.Index:D4}{(number is null ? string.Empty : $"-{number}")}.png" : null,
            options.Chips ? shared.Sha256 : null,
            photo?.Name,
            photo?.Sha256,
            photo?.Faces[face.Number].Method,
            photo is null ? null : Math.Round(photo.Faces[face.Number].Similarity, SimilarityDigits));
    }

    private static PhotoMeasurement Measured(IReadOnlyList<TreatedPhoto> photos, int people)
    {
        PhotoFace[] faces = [.. photos.SelectMany(photo => photo.Faces.Values)];
        return new PhotoMeasurement(
            Guaranteed: false, Math.Round(faces.Count(face => face.IsNamed) / (double)faces.Length, SimilarityDigits),
            faces.Length, people, Math.Round(1.0 / people, SimilarityDigits));
    }
}
