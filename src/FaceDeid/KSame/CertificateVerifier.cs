using System.Text.Json;

namespace FaceDeid.KSame;

/// <summary>A verdict on a collection.</summary>
/// <param name="Valid">Whether no check failed.</param>
/// <param name="Statement">What follows, in words.</param>
/// <param name="Checks">The checks, in the order in which they were made.</param>
public sealed record CertificateVerdict(bool Valid, string Statement, IReadOnlyList<CertificateCheck> Checks);

/// <summary>One check.</summary>
/// <param name="Name">Stable name.</param>
/// <param name="Passed">Whether it holds; null: there is nothing to check it with.</param>
/// <param name="Detail">What was looked at, or what is wrong.</param>
public sealed record CertificateCheck(string Name, bool? Passed, string Detail);

/// <summary>Checks a collection against its certificate.</summary>
public static class CertificateVerifier
{
    /// <summary>Makes every check that the files allow.</summary>
    /// <param name="certificate">The bytes of <c>certificate.json</c>.</param>
    /// <param name="signature">The bytes of <c>certificate.json.sig</c>; null: there is none.</param>
    /// <param name="sha256ByFile">Every other file with its SHA-256, lower-case hexadecimal.</param>
    /// <param name="key">The service's key; null: it has none.</param>
    public static CertificateVerdict Verify(byte[] certificate, byte[]? signature, IReadOnlyDictionary<string, string> sha256ByFile, CertificateKey? key)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(sha256ByFile);
        if (Read(certificate) is not { } content)
            return Verdict([new CertificateCheck("schema", Passed: false, $"{Certificate.FileName} is no certificate of the schema {Certificate.CurrentSchema}.")], content: null);

        return Verdict(
            [
                new CertificateCheck("schema", Passed: true, $"The certificate is of the schema {Certificate.CurrentSchema}."),
                Signed(content, certificate, signature, key),
                Partition(content),
                GroupSizes(content),
                Files(content, sha256ByFile),
                SharedFaces(content),
                Bound(content),
            ],
            content);
    }

    private static Certificate? Read(byte[] json)
    {
        try
        {
            var content = Certificate.Parse(json);
            return string.Equals(content.Schema, Certificate.CurrentSchema, StringComparison.Ordinal) && IsWhole(content) ? content : null;
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

    private static CertificateVerdict Verdict(IReadOnlyList<CertificateCheck> checks, Certificate? content)
    {
        var isValid = checks.All(check => check.Passed != false);
        var statement = (isValid, content?.Bound) switch
        {
            (false, _) => "The collection does not fit its certificate: nothing can be said of it.",
            (true, null) => "The files fit the certificate, which guarantees nothing: there are no chips.",
            (true, { } bound) => FormattableString.Invariant(
                $"By a chip alone nobody can name the person behind it with a probability above {bound.Value:0.####}, if what the bound rests on is true."),
        };
        return new CertificateVerdict(isValid, statement, checks);
    }

    private static CertificateCheck Signed(Certificate content, byte[] certificate, byte[]? signature, CertificateKey? key)
    {
        const string name = "signature";
        if (content.Signature is null && signature is null)
            return new CertificateCheck(name, Passed: null, "The certificate is not signed: anybody can have written it.");
        if (content.Signature is null || signature is null)
            return new CertificateCheck(name, Passed: false, $"The certificate and {Certificate.SignatureFileName} do not belong together: one of both says that it is signed.");
        if (key is null || !string.Equals(key.Id, content.Signature.KeyId, StringComparison.Ordinal))
            return new CertificateCheck(name, Passed: null, "The certificate is signed by a key that this service does not have: check it with the signer's public key.");
        return key.IsSignature(certificate, signature)
            ? new CertificateCheck(name, Passed: true, "The certificate is signed by this service's key and was not changed since.")
            : new CertificateCheck(name, Passed: false, "The signature does not fit the certificate: it was changed.");
    }

    private static CertificateCheck Partition(Certificate content)
    {
        var members = content.Groups.SelectMany(group => group.Members.Select(member => (group.Id, member))).ToList();
        var skipped = content.Skipped.Select(picture => picture.Index).ToHashSet();
        var faces = members.Select(m => (m.member.Index, m.member.Face)).Concat(content.Skipped.Select(picture => (picture.Index, (int?)null))).ToList();
        var isOnce = faces.Distinct().Count() == faces.Count && !members.Exists(m => skipped.Contains(m.member.Index));
        var isNumbered = members.GroupBy(m => m.member.Index).All(picture => picture.Count() == 1 || picture.All(m => m.member.Face is not null));
        var isInOneGroup = members.GroupBy(m => m.member.Person).All(person => person.DistinctBy(m => m.Id).Count() == 1);
        var isComplete = faces.Select(face => face.Index).Distinct().Order().SequenceEqual(Enumerable.Range(0, content.Pictures));
        var isCounted = members.DistinctBy(m => m.member.Person).Count() == content.People && content.Groups.DistinctBy(group => group.Id).Count() == content.Groups.Count;
        return new CertificateCheck(
            "partition", isOnce && isNumbered && isInOneGroup && isComplete && isCounted,
            "Each face is in exactly one group, each person too, and every picture is a member or skipped.");
    }

    private static CertificateCheck GroupSizes(Certificate content)
    {
        var k = content.Parameters.K;
        var isRight = k >= CollectionOptions.MinK && content.Groups.Count > 0
            && content.Groups.All(group => group.Members.DistinctBy(member => member.Person).Count() == group.People && group.People >= k && group.People < 2 * k);
        return new CertificateCheck("group_sizes", isRight, $"Each group has at least k = {k} people and fewer than 2k.");
    }

    private static CertificateCheck Files(Certificate content, IReadOnlyDictionary<string, string> sha256ByFile)
    {
        var members = content.Groups.SelectMany(group => group.Members).ToList();
        (string? Name, string? Sha256)[] named = [.. members.Select(m => (m.Chip, m.ChipSha256)), .. members.Select(m => (m.Photo, m.PhotoSha256)).Distinct()];
        (string? Name, string? Sha256)[] written = [.. named.Where(file => file.Name is not null)];
        var isEqual = written.All(file => file.Sha256 is not null && string.Equals(sha256ByFile.GetValueOrDefault(file.Name!), file.Sha256, StringComparison.Ordinal));
        var isAll = written.Length > 0 && written.DistinctBy(file => file.Name, StringComparer.Ordinal).Count() == written.Length && written.Length == sha256ByFile.Count;
        return new CertificateCheck("files", isEqual && isAll, "Each chip and photo is there with the SHA-256 that the certificate names, and there is no other file.");
    }

    private static CertificateCheck SharedFaces(Certificate content)
    {
        const string name = "shared_faces";
        if (content.Bound is null)
            return new CertificateCheck(name, Passed: content.Groups.All(group => group.Members.All(member => member.Chip is null)) ? null : false, "There are no chips.");
        return content.Parameters.Algorithm != KSameAlgorithm.KDiffFurthest
            ? new CertificateCheck(name, content.Bound.Kind == GuaranteeKind.Identical && content.Groups.All(group => IsOneChip(group.Members)), "All chips of a group have the same bytes.")
            : new CertificateCheck(
                name, content.Bound.Kind == GuaranteeKind.Shuffled && content.Groups.SelectMany(group => group.Members).GroupBy(member => member.Person).All(person => IsOneChip(person)),
                "All chips of a person have the same bytes. That they were given by lot, the files cannot prove.");

        static bool IsOneChip(IEnumerable<CertificateMember> members) =>
            members.All(member => member is { Chip: not null, ChipSha256: not null }) && members.DistinctBy(member => member.ChipSha256, StringComparer.Ordinal).Count() == 1;
    }

    private static CertificateCheck Bound(Certificate content)
    {
        if (content.Bound is null)
            return new CertificateCheck("bound", Passed: null, "There are no chips, so there is no bound.");
        var smallest = content.Groups.Select(group => group.People).DefaultIfEmpty(1).Min();
        return new CertificateCheck("bound", Math.Abs(content.Bound.Value - (1.0 / smallest)) < 1e-9, "The bound is 1 / (people in the smallest group).");
    }
}
