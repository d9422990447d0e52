using System.Globalization;

namespace FaceDeid.Benchmarks;

/// <summary>The command line.</summary>
/// <param name="Parts">What is measured, in this order.</param>
/// <param name="Seconds">Duration of the load, in seconds.</param>
/// <param name="Clients">Concurrent clients of the load.</param>
/// <param name="Groups">Accuracy and references: a folder of pictures with <c>groundtruth.json</c>; null: none.</param>
/// <param name="NoFaces">Accuracy: a folder of pictures without a face; null: none.</param>
/// <param name="Models">
/// Accuracy: another models folder than the repository's, such as one with YuNet's file; null: the repository's.
/// </param>
/// <param name="People">Privacy and references: a folder of pictures for each person, in this one; null: none.</param>
/// <param name="Count">
/// Privacy: how many people at most, the first. Collections: how many faces at most. Memory: how many requests at most.
/// </param>
/// <param name="K">Privacy of collections: this k only; null: several.</param>
/// <param name="Faces">
/// Accuracy and training: a folder of pictures of one person each, to train glasses in two folders; null: none.
/// </param>
/// <param name="Clips">Videos: a folder of recordings; null: one that is made.</param>
/// <param name="Minutes">Duration of the mixed use.</param>
internal sealed record BenchmarkOptions(
    IReadOnlyList<string> Parts, int Seconds = 120, int Clients = 64, string? Groups = null, string? NoFaces = null,
    string? Models = null, string? People = null, int Count = int.MaxValue, int? K = null, int Minutes = 60, string? Faces = null,
    string? Clips = null)
{
    public const string Accuracy = "accuracy";
    public const string TrainSecondLook = "train-second-look";
    public const string TrainGlasses = "train-glasses";
    public const string References = "references";
    public const string Privacy = "privacy";
    public const string CollectionPrivacy = "privacy-collections";
    public const string Collections = "collections";
    public const string Memory = "memory";
    public const string Mixed = "mixed";
    public const string Peers = "peers";
    public const string Videos = "videos";
    public const string Scale = "scale";
    public const string ScaleSteps = "scale-steps";
    public const string Queue = "queue";

    // Accuracy, references and privacy are no speed, collections and memory take long, and peers need packages: they are measured
    // when they are asked for.
    private static readonly string[] OnRequest =
        [Accuracy, TrainSecondLook, TrainGlasses, References, Privacy, CollectionPrivacy, Collections, Memory, Mixed, Peers,
            Videos, Scale, ScaleSteps, Queue];

    public static bool TryParse(string[] args, string[] known, out BenchmarkOptions options, out string mistake)
    {
        options = new BenchmarkOptions([.. known.Except(OnRequest, StringComparer.Ordinal)]);
        mistake = string.Empty;
        List<string> parts = [];
        for (var i = 0; i < args.Length; i++)
        {
            var number =
                i + 1 < args.Length && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
            if (known.Contains(args[i], StringComparer.Ordinal))
            {
                parts.Add(args[i]);
            }
            else if (args[i] is "--seconds" or "--clients" or "--count" or "--k" or "--minutes" && number > 0)
            {
                options = args[i] switch
                {
                    "--seconds" => options with { Seconds = number },
                    "--clients" => options with { Clients = number },
                    "--k" => options with { K = number },
                    "--minutes" => options with { Minutes = number },
                    _ => options with { Count = number },
                };
                i++;
            }
            else if (args[i] is "--groups" or "--no-faces" or "--faces" or "--models" or "--people" or "--clips"
                && i + 1 < args.Length && Directory.Exists(args[i + 1]))
            {
                var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(args[i + 1]));
                options = args[i] switch
                {
                    "--groups" => options with { Groups = folder },
                    "--no-faces" => options with { NoFaces = folder },
                    "--faces" => options with { Faces = folder },
                    "--people" => options with { People = folder },
                    "--clips" => options with { Clips = folder },
                    _ => options with { Models = folder },
                };
                i++;
            }
            else
            {
                mistake = $"'{args[i]}' is not understood. Usage: [{string.Join("] [", known)}] [--seconds 120] [--clients 64] "
                    + "[--groups DIR] [--no-faces DIR] [--faces DIR] [--models DIR] [--people DIR] [--clips DIR] [--count N] "
                    + "[--k K] [--minutes 60]";
                return false;
            }
        }

        if (parts.Count > 0)
            options = options with { Parts = parts };
        if (options.People is null
            && options.Parts.FirstOrDefault(part => part is References or Privacy or CollectionPrivacy) is { } privacy)
        {
            mistake = $"'{privacy}' needs pictures: --people DIR, with a folder for each person and at least two pictures in it.";
            return false;
        }

        if (options.Parts.Contains(TrainSecondLook, StringComparer.Ordinal)
            && (options.Faces is null || options.Groups is null || options.NoFaces is null))
        {
            mistake = $"'{TrainSecondLook}' needs pictures: --faces DIR --groups DIR --no-faces DIR (docs/detection.md).";
            return false;
        }

        if (options.Parts.Contains(TrainGlasses, StringComparer.Ordinal) && options.Faces is null)
        {
            mistake = $"'{TrainGlasses}' needs pictures: --faces DIR, with folders 'with' and 'without' (docs/deidentify.md).";
            return false;
        }

        return true;
    }
}
