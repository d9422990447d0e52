using System.Diagnostics;
using System.Text.Json;
using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Faces.Detection;
using FaceDeid.Protection;
using FaceDeid.Protection.Methods;
using FaceDeid.Protection.Subjects;
using FaceDeid.TestData;
using FaceDeid.Video;
using FaceDeid.Video.Media;
using FaceDeid.Video.Rendering;
using FaceDeid.Video.Segments;
using FaceDeid.Video.Spool;
using FaceDeid.Video.Wishes;
using Microsoft.Extensions.DependencyInjection;
using OpenCvSharp;

namespace FaceDeid.Benchmarks.Videos;

/// <summary>
/// Whole recordings, blurred: the pipeline beside a loop over the frames that searches each by itself with the same detector, as
/// open tools do it. Another detector judges: YuNet where its file is, else HOG.
/// </summary>
internal static class VideoBenchmark
{
    private const double YuNetScore = 0.7;
    private const int SmallestFace = 14; // pixels

    public static async Task<bool> RunAsync(BenchmarkOptions options)
    {
        await using var services = new ServiceCollection()
            .AddFaceDeid(_ => new EngineOptions { ModelsDirectory = options.Models ?? new EngineOptions().ModelsDirectory })
            .BuildServiceProvider();
        _ = services.GetRequiredService<SelfTest>(); // loads the models
        var table = new Table(
            "recording", "frames", "faces", "frames/s", "of the loop", "MiB", "bare", "bare, loop", "beside", "beside, loop",
            "blink", "blink, loop");
        var own = options.Clips is null ? MakeClip() : null;
        try
        {
            var clips = own is not null ? [own] : Directory.GetFiles(options.Clips!).Order(StringComparer.Ordinal).ToArray();
            foreach (var clip in clips)
                await MeasureAsync(services, clip, table);
        }
        finally
        {
            if (own is not null)
                File.Delete(own);
        }

        table.Print("recordings: blur, normal quality, the whole of it beside a loop over single frames, one after the other");
        return true;
    }

    private static async Task MeasureAsync(IServiceProvider services, string clip, Table table)
    {
        var output = Path.Combine(Path.GetTempPath(), $"facedeid-bench-{Environment.ProcessId}-out.mp4");
        var options = new VideoOptions
        {
            Faces = new DeidentificationOptions { Method = DeidentificationMethod.Blur, OnNoFace = NoFacePolicy.Pass },
        };
        using var store = new LocalRecording(clip, output);
        try
        {
            await using var scope = services.CreateAsyncScope();
            ProcessMemory.ForgetPeak();
            var clock = Stopwatch.GetTimestamp();
            var report = await scope.ServiceProvider.GetRequiredService<VideoPipeline>()
                .RunAsync(store, options, new MediaLimits(), progress: null, CancellationToken.None);
            var seconds = Stopwatch.GetElapsedTime(clock).TotalSeconds;
            var memory = ProcessMemory.Peak(Environment.ProcessId);
            var covered = await CoveredAsync(store, report.Result.Frames);
            await using var recording = await OpenRecording.OpenAsync(store, options, new MediaLimits(), CancellationToken.None);
            clock = Stopwatch.GetTimestamp();
            var single = await LoopAsync(services, recording);
            var loop = Stopwatch.GetElapsedTime(clock).TotalSeconds;
            var judge = new CoverageJudge(recording.Info.Size, await FacesAsync(services, recording));
            var (ours, theirs) = (judge.Judge(covered), judge.Judge(single));
            table.Add(
                Path.GetFileName(clip), $"{report.Result.Frames}", $"{judge.Faces}", $"{report.Result.Frames / seconds:0.0}",
                Format.Ratio(loop / seconds), $"{memory:0}", $"{ours.Bare}", $"{theirs.Bare}", $"{ours.Beside:0.0 %}",
                $"{theirs.Beside:0.0 %}", $"{ours.Blinking:0.0 %}", $"{theirs.Blinking:0.0 %}");
        }
        catch (FaceDeidException refused)
        {
            Console.WriteLine($"{Path.GetFileName(clip)}: {refused.Message}");
        }
        finally
        {
            File.Delete(output);
        }
    }

    /// <summary>What the pipeline covered, frame by frame.</summary>
    private static async Task<IReadOnlyList<IReadOnlyList<Box>>> CoveredAsync(LocalRecording store, int frames)
    {
        await using var stream = store.OpenRead(VideoObjects.Tracks);
        var tracks = (await JsonSerializer.DeserializeAsync<VideoTracks>(stream, VideoPipeline.Json))!;
        List<Box>[] covered = [.. Enumerable.Range(0, frames).Select(_ => new List<Box>())];
        foreach (var track in tracks.Tracks)
        {
            foreach (var (i, place) in track.Places!.Index())
                covered[track.First!.Value + i].AddRange(place.Boxes);
        }

        return covered;
    }

    /// <summary>Each frame by itself: decoded, searched, blurred and encoded.</summary>
    private static async Task<IReadOnlyList<IReadOnlyList<Box>>> LoopAsync(IServiceProvider services, OpenRecording recording)
    {
        var finder = services.GetRequiredService<FaceFinder>();
        var deidentifier = services.GetRequiredService<FaceDeidentifier>();
        var treatment = new Treatment(recording.Options.Faces);
        List<IReadOnlyList<Box>> covered = [];
        FrameWriter? writer = null;
        try
        {
            await foreach (var frame in recording.Reader.ReadAsync(CancellationToken.None))
            {
                using (frame)
                {
                    using var canvas = new FrameCanvas(frame);
                    using var image = new SearchImage(canvas.Image.Bgr.Clone());
                    var faces = finder.Find(image, new DetectionOptions());
                    Subject[] subjects = [.. faces.Select(face => FrameRenderer.Unknown(face.ToCommon()))];
                    deidentifier.Treat(canvas.Image, subjects, treatment);
                    foreach (var subject in subjects)
                        canvas.PutBack(ProtectedRegion.BoundsOf(subject, image.Bgr.Size(), treatment.Options.Region));
                    covered.Add([.. subjects.Select(subject => subject.Box)]);
                    writer ??= recording.Encode(
                        new FrameTimes(recording.Reader.TimeBase, [FrameNote.Of(frame)]), Stream.Null, CancellationToken.None);
                    await writer.WriteAsync(frame.Pixels, frame.Time, CancellationToken.None);
                }
            }

            await writer!.CompleteAsync(CancellationToken.None);
            return covered;
        }
        finally
        {
            if (writer is not null)
                await writer.DisposeAsync();
        }
    }

    /// <summary>What the other detector finds.</summary>
    private static async Task<IReadOnlyList<IReadOnlyList<Box>>> FacesAsync(IServiceProvider services, OpenRecording recording)
    {
        var finder = services.GetRequiredService<FaceFinder>();
        var options = finder.Kinds.Contains(DetectorKind.YuNet)
            ? new DetectionOptions { Detector = DetectorKind.YuNet, MinScore = YuNetScore, MinFaceSize = SmallestFace }
            : new DetectionOptions { Detector = DetectorKind.Hog, Upsample = 1, MinFaceSize = SmallestFace };
        List<IReadOnlyList<Box>> faces = [];
        await foreach (var frame in recording.Reader.ReadAsync(CancellationToken.None))
        {
            using (frame)
            {
                using var image = new SearchImage(frame.Pixels.CvtColor(ColorConversionCodes.YUV2BGR_I420));
                faces.Add([.. finder.Find(image, options).Select(face => face.ToCommon().Box)]);
            }
        }

        return faces;
    }

    /// <summary>Two people who walk through a picture of 720 lines, again each ten seconds.</summary>
    internal static string MakeClip(int seconds = 10)
    {
        var path = Path.Combine(Path.GetTempPath(), $"facedeid-bench-{Environment.ProcessId}-{seconds}.mp4");
        string[] arguments =
        [
            "-v", "error", "-y", "-nostdin", "-loop", "1", "-framerate", "30", "-i", ExamplePicture.All[0].Path,
            "-loop", "1", "-framerate", "30", "-i", TestFiles.Example("johns/John_Shimkus/000373_03228153.jpg"),
            "-f", "lavfi", "-i", "testsrc2=s=1280x720:r=30", "-filter_complex",
            "[0]scale=220:-2[a];[1]scale=180:-2[b];[2]boxblur=20[c];[c][a]overlay=x='100+2*mod(n,300)':y=200[d];"
            + "[d][b]overlay=x='1000-2*mod(n,300)':y='260+40*sin(mod(n,300)/20)',format=yuv420p",
            "-t", $"{seconds}", "-c:v", "libx264", "-preset", "veryfast", path,
        ];
        using var process = Process.Start(new ProcessStartInfo("ffmpeg", arguments) { UseShellExecute = false })!;
        process.WaitForExit();
        return process.ExitCode == 0 ? path : throw new InvalidOperationException("ffmpeg could not make the clip.");
    }
}
