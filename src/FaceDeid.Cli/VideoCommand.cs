using System.CommandLine;
using System.Text.Json;
using FaceDeid.Video;
using FaceDeid.Video.Media;
using FaceDeid.Video.Wishes;
using Microsoft.Extensions.DependencyInjection;

namespace FaceDeid.Cli;

/// <summary><c>facedeid video IN -o OUT</c>: what <c>POST /v1/videos</c> does, with files, and without a service.</summary>
internal static class VideoCommand
{
    private static readonly Argument<FileInfo> Input = new("IN") { Description = "The recording" };

    private static readonly Option<FileInfo> Output = new("--out", "-o")
    {
        Description = "Where the result is written: its name ends in .mp4, .mkv or .webm",
        Required = true,
    };

    private static readonly Option<FileInfo?> ReportFile =
        new("--report") { Description = "Where the report is written, as JSON" };

    private static readonly Option<DeidentificationMethod?> Method =
        CommandLine.Choice<DeidentificationMethod>("--method", "What is done to each face (by default replace)");

    private static readonly Option<double?> Strength = new("--strength") { Description = "How strong" };
    private static readonly Option<bool> AllowWeak = new("--allow-weak") { Description = "Allow weak methods and strengths" };
    private static readonly Option<RegionShape?> Region =
        CommandLine.Choice<RegionShape>("--region", "The region that is covered");
    private static readonly Option<string?> PseudonymKey =
        new("--pseudonym-key") { Description = "The same replacements in all calls with this key" };
    private static readonly Option<FileInfo[]> Keep = new("--keep")
    {
        Description = "A photo of somebody who stays visible; may be repeated",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<FileInfo[]> Only = new("--only")
    {
        Description = "A photo of somebody who alone is treated; may be repeated",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<NoFacePolicy?> OnNoFace =
        CommandLine.Choice<NoFacePolicy>("--on-no-face", "What happens where nobody would be protected");
    private static readonly Option<VideoQuality?> Quality =
        CommandLine.Choice<VideoQuality>("--quality", "How often the recording is searched in full");
    private static readonly Option<AudioPolicy?> Audio = CommandLine.Choice<AudioPolicy>("--audio", "What becomes of the sound");
    private static readonly Option<VideoCodec?> Codec = CommandLine.Choice<VideoCodec>("--codec", "The codec of the result");
    private static readonly Option<int?> RateFactor = new("--crf") { Description = "Quality of the codec, 0 (best) to 51" };
    private static readonly Option<FileInfo?> Regions = new("--regions")
    {
        Description = "A file with areas that are always covered or never searched, as the field 'regions' of the service",
    };

    private static readonly Option<VideoDamagePolicy?> OnDamage =
        CommandLine.Choice<VideoDamagePolicy>("--on-damage", "What happens to a damaged recording");

    public static Command Create()
    {
        var engine = new EngineArguments();
        var command = new Command("video", "De-identify a recording")
        {
            Input, Output, ReportFile, Method, Strength, AllowWeak, Region, PseudonymKey, Keep, Only, OnNoFace, Quality, Audio,
            Codec, RateFactor, OnDamage, Regions,
        };
        engine.AddTo(command, isOfDatasets: false);
        RateFactor.AcceptBetween(0, VideoOptions.MostRateFactor);
        command.Validators.Add(result =>
        {
            if (result.GetValue(Output) is { } file && ContainerOf(file) is null)
                result.AddError("--out must end in .mp4, .mkv or .webm.");
        });
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, engine, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, EngineArguments engine, CancellationToken cancellationToken)
    {
        var (input, output) = (parsed.GetRequiredValue(Input), parsed.GetRequiredValue(Output));
        var options = Options(parsed, output);
        using var store = new LocalRecording(input.FullName, output.FullName); // first: it says where nothing can be written
        await using var services = engine.Build(parsed);
        await using var scope = services.CreateAsyncScope();
        var pipeline = scope.ServiceProvider.GetRequiredService<VideoPipeline>();
        var report = await VideoBar.WatchAsync(progress =>
            pipeline.RunAsync(store, options, new MediaLimits(), progress, cancellationToken));
        if (parsed.GetValue(ReportFile) is { } file)
        {
            await using var stream = file.Create();
            await JsonSerializer.SerializeAsync(stream, report, VideoPipeline.Json, cancellationToken);
        }

        foreach (var warning in report.Warnings)
            await Console.Error.WriteLineAsync($"note: {WireNames.Of(warning)}");
        return 0;
    }

    private static VideoOptions Options(ParseResult parsed, FileInfo output)
    {
        var usual = new VideoOptions();
        var faces = usual.Faces;
        return new VideoOptions
        {
            Faces = faces with
            {
                Method = parsed.GetValue(Method) ?? faces.Method,
                Strength = parsed.GetValue(Strength),
                AllowWeak = parsed.GetValue(AllowWeak),
                Region = parsed.GetValue(Region) ?? faces.Region,
                PseudonymKey = parsed.GetValue(PseudonymKey),
                Keep = [.. parsed.GetRequiredValue(Keep).Select(file => File.ReadAllBytes(file.FullName))],
                Only = [.. parsed.GetRequiredValue(Only).Select(file => File.ReadAllBytes(file.FullName))],
                OnNoFace = parsed.GetValue(OnNoFace) ?? faces.OnNoFace,
            },
            Quality = parsed.GetValue(Quality) ?? usual.Quality,
            Audio = parsed.GetValue(Audio) ?? usual.Audio,
            Container = ContainerOf(output)!.Value,
            Codec = parsed.GetValue(Codec),
            RateFactor = parsed.GetValue(RateFactor) ?? usual.RateFactor,
            OnDamage = parsed.GetValue(OnDamage) ?? usual.OnDamage,
            Regions = parsed.GetValue(Regions) is { } regions ? VideoRegions.Parse(File.ReadAllText(regions.FullName)) : [],
        };
    }

    private static VideoContainer? ContainerOf(FileInfo file) => file.Extension.ToLowerInvariant() switch
    {
        ".mp4" => VideoContainer.Mp4,
        ".mkv" => VideoContainer.Mkv,
        ".webm" => VideoContainer.Webm,
        _ => null,
    };
}
