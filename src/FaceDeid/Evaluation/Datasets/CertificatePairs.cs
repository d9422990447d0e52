using System.Security.Cryptography;
using System.Text.Json;

namespace FaceDeid.Evaluation.Datasets;

/// <summary>
/// Which picture of a collection was made of which original: its certificate says so by the hashes of what was uploaded.
/// </summary>
internal sealed class CertificatePairs
{
    private readonly IReadOnlyList<CertificateMember> _members;

    private CertificatePairs(IReadOnlyList<CertificateMember> members) => _members = members;

    /// <summary>Reads a certificate; null: there is none, or it has no hashes.</summary>
    public static CertificatePairs? Parse(byte[]? certificate, DatasetFaults faults)
    {
        if (certificate is null)
            return null;
        try
        {
            var groups = Certificate.Parse(certificate).Groups;
            if (groups.All(group => group?.Members.All(member => member is not null) == true)) // the parser lets these pass
            {
                CertificateMember[] members = [.. groups.SelectMany(group => group.Members)];
                return members.Length == 0 || Array.Exists(members, member => member.InputSha256 is null)
                    ? null
                    : new CertificatePairs(members);
            }
        }
        catch (JsonException)
        {
            // told below
        }

        faults.Add(
            Certificate.FileName,
            "is no certificate of a collection: put it there as it came from /v1/collections, or take it out.");
        return null;
    }

    /// <summary>The de-identified picture of each original: its chip, or where there is none its photo.</summary>
    public async Task<IReadOnlyDictionary<DatasetPicture, DatasetPicture>> FindAsync(
        DatasetFolders folders, DatasetFaults faults, CancellationToken cancellationToken)
    {
        // A picture that was uploaded twice has two indexes, in the order of the originals' paths as far as anybody can tell.
        var uploads = _members.GroupBy(member => member.InputSha256!, StringComparer.OrdinalIgnoreCase).ToDictionary(
            hash => hash.Key,
            hash => new Queue<IReadOnlyList<CertificateMember>>(hash.GroupBy(member => member.Index).OrderBy(upload => upload.Key)
                .Select(upload => upload.ToList())),
            StringComparer.OrdinalIgnoreCase);
        var pairs = new Dictionary<DatasetPicture, DatasetPicture>();
        foreach (var original in folders.Originals.Pictures)
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(await original.File.ReadAsync(cancellationToken)));
            if (!uploads.TryGetValue(hash, out var same) || !same.TryDequeue(out var members))
            {
                faults.Add(
                    folders.Originals.Name, original.Number,
                    "is not in the certificate: send the very file that the collection was made of, or take it out.");
            }
            else if (members.Select(FileOf).Distinct().Skip(1).Any())
            {
                faults.Add(
                    folders.Originals.Name, original.Number,
                    "has several faces in the certificate, each a person of its own: take it out, or name the pairs "
                    + "in subjects.csv.");
            }
            else if (FileOf(members[0]) is { } made)
            {
                pairs.Add(original, made);
            }
            else
            {
                faults.Add(
                    folders.Originals.Name, original.Number,
                    "has no de-identified picture: unpack the whole collection into deidentified/, as it came.");
            }
        }

        RefuseLeft(folders, uploads, faults);
        return pairs;

        DatasetPicture? FileOf(CertificateMember member) => Named(folders, member.Chip) ?? Named(folders, member.Photo);
    }

    private void RefuseLeft(
        DatasetFolders folders, Dictionary<string, Queue<IReadOnlyList<CertificateMember>>> uploads, DatasetFaults faults)
    {
        HashSet<DatasetPicture> named = [.. _members
            .SelectMany(member => new[] { Named(folders, member.Chip), Named(folders, member.Photo) }).OfType<DatasetPicture>()];
        HashSet<DatasetPicture> orphans = [.. uploads.Values.SelectMany(left => left).SelectMany(members => members)
            .Select(member => Named(folders, member.Chip) ?? Named(folders, member.Photo)).OfType<DatasetPicture>()];
        foreach (var picture in folders.Deidentified.Pictures)
        {
            if (!named.Contains(picture))
            {
                faults.Add(folders.Deidentified.Name, picture.Number, "is not in the certificate: take it out.");
            }
            else if (orphans.Contains(picture))
            {
                faults.Add(
                    folders.Deidentified.Name, picture.Number,
                    "has no original: put the file that it was made of into originals/, or take the picture out.");
            }
        }
    }

    private static DatasetPicture? Named(DatasetFolders folders, string? name) =>
        name is null ? null : folders.Deidentified.Find(name);
}
