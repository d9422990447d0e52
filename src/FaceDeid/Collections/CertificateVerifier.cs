using System.Text.Json;
using System.Text.RegularExpressions;

namespace FaceDeid.Collections;

/// <summary>What lies beside a certificate.</summary>
/// <param name="Sha256ByFile">Every file with its SHA-256, lower-case hexadecimal.</param>
/// <param name="Chips">The files that are pictures of a chip's size and nothing else; null: nobody looked.</param>
/// <param name="IsExact">Whether there is nothing but these files.</param>
public sealed record CollectionContent(
    IReadOnlyDictionary<string, string> Sha256ByFile, IReadOnlySet<string>? Chips = null, bool IsExact = true);

/// <summary>Checks a collection against its certificate.</summary>
public static partial class CertificateVerifier
{
    private const string SignatureCheck = "signature";

    /// <summary>Makes every check that the files allow.</summary>
    /// <param name="certificate">The bytes of <c>certificate.json</c>.</param>
    /// <param name="signature">The bytes of <c>certificate.json.sig</c>; null: there is none.</param>
    /// <param name="files">What lies beside them.</param>
    /// <param name="key">The service's key; null: it has none.</param>
    public static CertificateVerdict Verify(byte[] certificate, byte[]? signature, CollectionContent files, CertificateKey? key)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(files);
        if (Read(certificate) is not { } content)
        {
            var schema = new CertificateCheck(
                "schema", Passed: false,
                $"{Certificate.FileName} is no certificate of the schema {Certificate.CurrentSchema}, or says more.");
            return Judged([schema], content: null, key);
        }

        return Judged(
            [
                new CertificateCheck("schema", Passed: true, $"The certificate is of the schema {Certificate.CurrentSchema}."),
                Signed(content, certificate, signature, key),
                Partition(content),
                GroupSizes(content),
                Files(content, files),
                SharedFaces(content),
                Bound(content),
            ],
            content,
            key);
    }

    private static Certificate? Read(byte[] json)
    {
        try
        {
            var content = Certificate.Parse(json);
            return string.Equals(content.Schema, Certificate.CurrentSchema, StringComparison.Ordinal) && IsWhole(content)
                ? content
                : null;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return null;
        }
    }

    // JSON can hold nulls where the serializer does not look for them.
    private static bool IsWhole(Certificate content) =>
        content.Pictures >= 0
        && content.Groups.All(group => group is not null && group.Members.All(member => member is not null))
        && content.Skipped.All(picture => picture is not null)
        && content.Warnings.All(warning => warning is not null);

    private static CertificateVerdict Judged(IReadOnlyList<CertificateCheck> checks, Certificate? content, CertificateKey? key)
    {
        var isSigned = checks.Any(check => check is { Name: SignatureCheck, Passed: true });
        var verdict = checks.Any(check => check.Passed == false) ? CollectionVerdict.Invalid
            : isSigned ? CollectionVerdict.Valid
            : CollectionVerdict.Unsigned;
        var statement = (verdict, content?.Bound) switch
        {
            (CollectionVerdict.Invalid, _) => "The collection does not fit its certificate: nothing can be said of it.",
            (_, null) => "The files fit the certificate, which guarantees nothing: there are no chips.",
            (_, { } bound) => "By a chip alone nobody can name the person behind it with a probability above "
                + $"{bound.Value:0.####}, if what the bound rests on is true.",
        };
        if (verdict == CollectionVerdict.Unsigned)
            statement = $"Nobody who is known here vouches for the certificate. {statement}";
        var isValid = verdict == CollectionVerdict.Valid || (verdict == CollectionVerdict.Unsigned && key is null);
        return new CertificateVerdict(NotChecked(content, isSigned), verdict, isValid, statement, checks);
    }

    private static List<string> NotChecked(Certificate? content, bool isSigned)
    {
        List<string> sentences = [];
        if (!isSigned)
            sentences.Add("Who wrote the certificate: anybody can write one that fits any files.");
        if (content?.Bound is not null)
        {
            sentences.Add("That a chip is the average of several faces: it may be the untouched photo of one person.");
            if (content.Bound.Kind == GuaranteeKind.Shuffled)
            {
                sentences.Add(
                    "That everybody's chip was drawn by lot among the group: each may show the very person it stands for.");
            }
        }

        if (content is not null && content.Groups.Any(group => group.Members.Any(member => member.Photo is not null)))
            sentences.Add("What photos show: whether a face in them was replaced, and what their files carry beside pixels.");
        sentences.Add("Who is who: that nobody is in the collection as two people.");
        sentences.Add("What the certificate's texts say: reasons, warnings and names of classes.");
        return sentences;
    }

    private static CertificateCheck Signed(Certificate content, byte[] certificate, byte[]? signature, CertificateKey? key)
    {
        if (content.Signature is null && signature is null)
        {
            return new CertificateCheck(
                SignatureCheck, Passed: null, "The certificate is not signed: anybody can have written it.");
        }

        if (content.Signature is null || signature is null)
        {
            return new CertificateCheck(
                SignatureCheck, Passed: false,
                $"The certificate and {Certificate.SignatureFileName} do not belong together: one of both says "
                + "that it is signed.");
        }

        if (key is null || !string.Equals(key.Id, content.Signature.KeyId, StringComparison.Ordinal))
        {
            return new CertificateCheck(
                SignatureCheck, Passed: null,
                "The certificate is signed by a key that this service does not have: check it with the signer's public key.");
        }

        return key.IsSignature(certificate, signature)
            ? new CertificateCheck(
                SignatureCheck, Passed: true, "The certificate is signed by this service's key and was not changed since.")
            : new CertificateCheck(SignatureCheck, Passed: false, "The signature does not fit the certificate: it was changed.");
    }

    private static CertificateCheck Partition(Certificate content)
    {
        var members = content.Groups.SelectMany(group => group.Members.Select(member => (group.Id, member))).ToList();
        var skipped = content.Skipped.Select(picture => picture.Index).ToHashSet();
        var faces = members.Select(m => (m.member.Index, m.member.Face))
            .Concat(content.Skipped.Select(picture => (picture.Index, (int?)null))).ToList();
        var isOnce = faces.Distinct().Count() == faces.Count && !members.Exists(m => skipped.Contains(m.member.Index));
        var isNumbered = members.GroupBy(m => m.member.Index)
            .All(picture => picture.Count() == 1 || picture.All(m => m.member.Face is not null));
        var isInOneGroup = members.GroupBy(m => m.member.Person).All(person => person.DistinctBy(m => m.Id).Count() == 1);
        var isComplete = faces.Select(face => face.Index).Distinct().Order().SequenceEqual(Enumerable.Range(0, content.Pictures));
        var isCounted = members.DistinctBy(m => m.member.Person).Count() == content.People
            && content.Groups.DistinctBy(group => group.Id).Count() == content.Groups.Count;
        return new CertificateCheck(
            "partition", isOnce && isNumbered && isInOneGroup && isComplete && isCounted,
            "Each face is in exactly one group, each person too, and every picture is a member or skipped.");
    }

    private static CertificateCheck GroupSizes(Certificate content)
    {
        var k = content.Parameters.K;
        var isRight = k >= CollectionOptions.MinK && content.Groups.Count > 0
            && content.Groups.All(group => group.Members.DistinctBy(member => member.Person).Count() == group.People
                && group.People >= k && group.People < 2 * k);
        return new CertificateCheck("group_sizes", isRight, $"Each group has at least k = {k} people and fewer than 2k.");
    }

    private static CertificateCheck Files(Certificate content, CollectionContent files)
    {
        const string name = "files";
        if (!files.IsExact)
        {
            return new CertificateCheck(
                name, Passed: false,
                "The archive has bytes, comments or fields that belong to no file, or says two things of one.");
        }

        var members = content.Groups.SelectMany(group => group.Members).ToList();
        if (members.Exists(m =>
            (m.Chip is not null && !ChipName().IsMatch(m.Chip)) || (m.Photo is not null && !PhotoName().IsMatch(m.Photo))))
        {
            return new CertificateCheck(
                name, Passed: false, "The certificate names chips or photos otherwise than chips/0000.png and photos/0000.jpg.");
        }

        if (files.Chips is { } chips
            && members.Exists(m => m.Chip is not null && files.Sha256ByFile.ContainsKey(m.Chip) && !chips.Contains(m.Chip)))
        {
            return new CertificateCheck(
                name, Passed: false,
                $"A chip is no PNG of {ChipFrame.Side} x {ChipFrame.Side} pixels in colour, or its file carries "
                + "more than pixels.");
        }

        (string? Name, string? Sha256)[] named =
            [.. members.Select(m => (m.Chip, m.ChipSha256)), .. members.Select(m => (m.Photo, m.PhotoSha256)).Distinct()];
        (string? Name, string? Sha256)[] written = [.. named.Where(file => file.Name is not null)];
        var isEqual = written.All(file => file.Sha256 is not null
            && string.Equals(files.Sha256ByFile.GetValueOrDefault(file.Name!), file.Sha256, StringComparison.Ordinal));
        var isAll = written.Length > 0 && written.DistinctBy(file => file.Name, StringComparer.Ordinal).Count() == written.Length
            && written.Length == files.Sha256ByFile.Count;
        return new CertificateCheck(
            name, isEqual && isAll,
            "Each chip and photo is there with the SHA-256 that the certificate names, and there is no other file.");
    }

    [GeneratedRegex(@"\Achips/[0-9]{4,9}(-[0-9]{1,9})?\.png\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex ChipName();

    [GeneratedRegex(@"\Aphotos/[0-9]{4,9}\.(png|jpg|webp)\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex PhotoName();

    private static CertificateCheck SharedFaces(Certificate content)
    {
        const string name = "shared_faces";
        if (content.Bound is null)
        {
            return new CertificateCheck(
                name, Passed: content.Groups.All(group => group.Members.All(member => member.Chip is null)) ? null : false,
                "There are no chips.");
        }

        return content.Parameters.Algorithm != KSameAlgorithm.KDiffFurthest
            ? new CertificateCheck(
                name, content.Bound.Kind == GuaranteeKind.Identical && content.Groups.All(group => IsOneChip(group.Members)),
                "All chips of a group have the same bytes.")
            : new CertificateCheck(
                name, content.Bound.Kind == GuaranteeKind.Shuffled
                    && content.Groups.SelectMany(group => group.Members).GroupBy(member => member.Person)
                        .All(person => IsOneChip(person)),
                "All chips of a person have the same bytes. That they were given by lot, the files cannot prove.");

        static bool IsOneChip(IEnumerable<CertificateMember> members) =>
            members.All(member => member is { Chip: not null, ChipSha256: not null })
            && members.DistinctBy(member => member.ChipSha256, StringComparer.Ordinal).Count() == 1;
    }

    private static CertificateCheck Bound(Certificate content)
    {
        if (content.Bound is null)
            return new CertificateCheck("bound", Passed: null, "There are no chips, so there is no bound.");
        var smallest = content.Groups.Select(group => group.People).DefaultIfEmpty(1).Min();
        return new CertificateCheck(
            "bound", Math.Abs(content.Bound.Value - (1.0 / smallest)) < 1e-9, "The bound is 1 / (people in the smallest group).");
    }
}
