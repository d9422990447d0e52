using FaceDeid.Benchmarks.Service;

namespace FaceDeid.Benchmarks.Load;

/// <summary>One request of the mix, and the status that it must have when nothing else runs.</summary>
/// <param name="Kind">What it is, for the table.</param>
/// <param name="Upload">The request.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Share">How often it is sent, beside the others.</param>
/// <param name="IsSame">Whether each answer is the same to the last byte.</param>
/// <param name="IsSlow">Whether its answer is read slowly.</param>
internal sealed record LoadJob(string Kind, Upload Upload, int Status, int Share = 1, bool IsSame = true, bool IsSlow = false);

/// <summary>The mix: every call on every picture, and some files that are none. The large picture is rare.</summary>
internal static class LoadJobs
{
    public static IReadOnlyList<LoadJob> Create()
    {
        var pictures = ExamplePicture.All;
        List<LoadJob> jobs = [];
        for (var i = 0; i < pictures.Count; i++)
        {
            var (picture, next) = (pictures[i].Bytes, pictures[(i + 1) % pictures.Count].Bytes);
            jobs.Add(Single("detect", "/v1/detect", picture));
            jobs.Add(Single("deidentify, replace", "/v1/deidentify", picture));
            jobs.Add(
                Single("deidentify, pixelate, report", "/v1/deidentify", picture, ("method", "pixelate"), ("format", "json")));
            jobs.Add(Single(
                "deidentify, blur, PNG, not verified", "/v1/deidentify", picture, ("method", "blur"),
                ("format", "png"), ("verify", "false")));
            jobs.Add(Single("detect, Haar notebook", "/v1/detect", picture, ("detector", "haar"), ("compat", "notebook")));
            jobs.Add(Single("landmarks, JSON", "/v1/landmarks", picture));
            jobs.Add(Single("landmarks, overlay PNG", "/v1/landmarks", picture, ("format", "png"), ("color", "#FF8800")));
            jobs.Add(Pair("merge, pixels", picture, next));
            jobs.Add(Pair("merge, landmarks", picture, next, ("mode", "landmarks")));
            jobs.Add(Pair("merge, pixels aligned", picture, next, ("align", "landmarks"), ("normalization", "rms")));
        }

        jobs.Add(Single("detect, 3 megapixels", "/v1/detect", ExamplePicture.Large.Bytes));
        jobs.AddRange(Bad(pictures[0].Bytes));
        return jobs;
    }

    /// <summary>Twelve megapixels each, JPEG, two faces: what a request may hold most of.</summary>
    public static IReadOnlyList<LoadJob> Large()
    {
        var picture = ExamplePicture.TwoPeopleOf(12e6);
        return
        [
            Single("detect", "/v1/detect", picture, ("detector", "hog"), ("upsample", "0")),
            Single("landmarks, JSON", "/v1/landmarks", picture, ("detector", "hog"), ("upsample", "0")),
            Single(
                "deidentify, blur", "/v1/deidentify", picture, ("detector", "hog"), ("upsample", "0"),
                ("method", "blur"), ("verify", "false")),
            Single(
                "deidentify, mask", "/v1/deidentify", picture, ("detector", "hog"), ("upsample", "0"),
                ("method", "mask"), ("verify", "false")),
            Single("deidentify, replace", "/v1/deidentify", picture),
            Pair("merge, pixels", picture, picture),
        ];
    }

    private static IEnumerable<LoadJob> Bad(byte[] picture)
    {
        yield return Refused("no picture", 415, "no picture at all, only text that somebody sent"u8.ToArray());
        yield return Refused("empty part", 400, []);
        yield return Refused("truncated JPEG", 422, picture[..(picture.Length / 2)]);
        yield return Refused("PNG with a lying chunk", 422, LyingPng());
    }

    /// <summary>A PNG whose first data chunk claims to be 4 GiB long.</summary>
    private static byte[] LyingPng() =>
    [
        0x89, .. "PNG\r\n"u8, 0x1A, .. "\n"u8,
        0, 0, 0, 13, .. "IHDR"u8, 0, 0, 0, 64, 0, 0, 0, 64, 8, 0, 0, 0, 0, 0x8F, 0x02, 0x6E, 0x4E,
        0xFF, 0xFF, 0xFF, 0xF0, .. "IDAT"u8, .. new byte[16],
    ];

    private static LoadJob Single(string kind, string path, byte[] picture, params (string Name, string Value)[] fields) =>
        new(kind, new Upload(path, [("image", picture)], fields), Status: 200);

    private static LoadJob Pair(string kind, byte[] first, byte[] second, params (string Name, string Value)[] fields) =>
        new(kind, new Upload("/v1/merge", [("first", first), ("second", second)], fields), Status: 200);

    private static LoadJob Refused(string kind, int status, byte[] file) =>
        new($"refused: {kind}", new Upload("/v1/landmarks", [("image", file)], []), status);
}
