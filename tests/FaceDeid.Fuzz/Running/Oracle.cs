using System.Text;
using System.Text.Json;
using FaceDeid.Api.Errors;
using FaceDeid.Fuzz.Mutating.Containers;
using FaceDeid.Fuzz.Recipes;
using FaceDeid.Fuzz.Seeds;
using NetVips;

namespace FaceDeid.Fuzz.Running;

/// <summary>An answer.</summary>
/// <param name="Status">Its status.</param>
/// <param name="MediaType">What its body is.</param>
/// <param name="Faces">Its header <c>X-FaceDeid-Faces</c>.</param>
/// <param name="Body">Its bytes.</param>
internal sealed record Answer(int Status, string MediaType, string? Faces, byte[] Body)
{
    /// <summary>The problem's code, else the media type.</summary>
    public string Code
    {
        get
        {
            if (Status < 400)
                return MediaType;
            try
            {
                using var problem = JsonDocument.Parse(Body);
                return problem.RootElement.GetProperty("code").GetString() ?? "?";
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                return "?";
            }
        }
    }
}

/// <summary>What an answer has cost.</summary>
/// <param name="Seconds">Processor time.</param>
/// <param name="Growth">Most memory above what was resident before, in bytes.</param>
/// <param name="Complaints">Standard error, and errors in the log.</param>
/// <param name="TemporaryFiles">What lies in the folder for temporary files.</param>
internal sealed record Cost(double Seconds, long Growth, string Complaints, IReadOnlyList<string> TemporaryFiles);

/// <summary>What must be true of every answer, whatever was sent.</summary>
internal static class Oracle
{
    private const double MostSeconds = 20; // the budget of work lets in what takes up to 17 (docs/threat-model.md)
    private const double MostSecondsOfMany = 40; // collections and evaluations, which take several pictures
    private const long MostGrowth = 400_000_000;
    private const int FewestBytes = 64; // of an upload that is looked for in the answer: fewer could be there by chance

    /// <summary>What is wrong; null: nothing.</summary>
    public static string? Judge(FuzzRequest request, Answer answer, Cost cost) =>
        Service(request, cost) ?? (answer.Status >= 400 ? Problem(answer) : Success(request, answer));

    private static string? Service(FuzzRequest request, Cost cost)
    {
        if (cost.Complaints.Length > 0)
            return $"complaint: {cost.Complaints}";
        if (cost.TemporaryFiles.Count > 0)
            return $"temporary files: {string.Join(' ', cost.TemporaryFiles.Select(Path.GetFileName))}";
        if (cost.Seconds > (request.Target.Name is "collections" or "evaluate" ? MostSecondsOfMany : MostSeconds))
            return $"time: {cost.Seconds:0.0} s of the processor";
        return cost.Growth > MostGrowth ? $"memory: {cost.Growth / 1_000_000} MB" : null;
    }

    private static string? Problem(Answer answer)
    {
        if (!string.Equals(answer.MediaType, ProblemAnswer.MediaType, StringComparison.Ordinal))
            return $"problem: {answer.Status} as '{answer.MediaType}'";
        if (ProblemKinds.All.FirstOrDefault(kind => string.Equals(kind.Code, answer.Code, StringComparison.Ordinal))
            is not { } known)
            return $"problem: unknown code '{answer.Code}'";
        if (known.Status != answer.Status)
            return $"problem: {answer.Code} with {answer.Status}";
        return answer.Status is >= 500 and not 503 and not 504 ? $"problem: {answer.Status} {answer.Code}" : null;
    }

    private static string? Success(FuzzRequest request, Answer answer)
    {
        if (answer.Status != 200)
            return $"status: {answer.Status}";
        if (request.Target.Name is "rewrap")
            return null; // the file that was sent, with another seal: its pixels are not looked at
        if (answer.MediaType.StartsWith("image/", StringComparison.Ordinal) && !Decodes(answer.Body))
            return $"picture: an answer of {answer.MediaType} that is none";
        if (answer.Body.AsSpan().IndexOf(Encoding.ASCII.GetBytes(PictureSeeds.Canary)) >= 0)
            return "privacy: metadata of the upload in the answer";
        if (request.Parts.Any(part => part.FileName is not null && part.Content.Length >= FewestBytes
            && answer.Body.AsSpan().IndexOf(part.Content) >= 0 && !ComesBack(request, answer, part.Content)))
            return "privacy: the upload in the answer";
        return IsUntreated(request, answer) ? $"privacy: a picture with {answer.Faces ?? "no"} treated faces" : null;
    }

    /// <summary>Whether a picture came back of which no face was treated, though nobody had allowed that.</summary>
    private static bool IsUntreated(FuzzRequest request, Answer answer) => request.Target.Name is "deidentify" or "seal"
        && request.IsIntact && answer.MediaType.StartsWith("image/", StringComparison.Ordinal)
        && !request.Has("onNoFace") && !request.Has("keep") && answer.Faces is null or "0";

    /// <summary>
    /// Whether a file is a PNG of nothing but pixels, and no face was treated because there was none and that was allowed: one
    /// that the service wrote itself is then written the same again.
    /// </summary>
    private static bool ComesBack(FuzzRequest request, Answer answer, byte[] upload) =>
        request.Has("onNoFace", "pass") && answer.Faces is "0" && new PngContainer().Split(upload) is { } chunks
        && chunks.All(chunk => chunk.Type is "IHDR" or "pHYs" or "IDAT" or "IEND");

    private static bool Decodes(byte[] file)
    {
        try
        {
            using var picture = Image.NewFromBuffer(file, access: Enums.Access.Sequential, failOn: Enums.FailOn.Warning);
            return picture.Avg() >= 0;
        }
        catch (VipsException)
        {
            return false;
        }
    }
}
