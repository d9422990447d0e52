using System.Net;
using System.Text;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Nothing of an uploaded collection or dataset stays anywhere, and nothing of its names comes back.</summary>
public sealed class SetPrivacyTests
{
    private const string Path = "/v1/collections";
    private const string Marker = "marker4711";

    [Fact]
    public async Task Uploads_never_reach_a_disk_and_names_no_log()
    {
        var folder = Directory.CreateTempSubdirectory("facedeid-collections-");
        try
        {
            var (temporary, working) = (folder.CreateSubdirectory("tmp").FullName, folder.CreateSubdirectory("work").FullName);
            await using var process = await ServiceProcess.StartInAsync(
                working, ("TMPDIR", temporary), ("ASPNETCORE_TEMP", temporary), ("DOTNET_EnableDiagnostics", "0"),
                ("Serilog__MinimumLevel__Default", "Verbose"));
            using var client = process.Connect();
            var created = 0;
            using var watcher = new FileSystemWatcher(folder.FullName) { IncludeSubdirectories = true };
            watcher.Created += (_, _) => Interlocked.Increment(ref created);
            watcher.EnableRaisingEvents = true;

            var picture = MarkedPicture.Create("jpeg");
            (string Name, byte[] File)[] pictures =
            [
                ($"{Marker}/{Marker}_1.jpg", picture),
                ("x/b_1.jpg", Pictures.OtherFace),
                ("../../c_1.jpg", new byte[5_000_000]),
            ];
            FormPart[] options =
            [
                ("k", "2"), ("onBadImage", "skip"), ("output", "chips,photos"),
                ("subjects", $"subject,file,label\n{Marker},{pictures[0].Name},{Marker}\n{Marker}2,x/b_1.jpg,{Marker}"),
            ];
            byte[] archive = [];
            foreach (FormPart[] parts in new[]
            {
                Collection.Parts(pictures, options),
                [("archive", Collection.Zip(pictures), $"{Marker}.zip"), .. options],
            })
            {
                archive = await SendAsync(client, Path, HttpStatusCode.OK, parts);
                Assert.All(Collection.Unzip(archive), file => Assert.Equal(0, MarkedPicture.CountIn(file.Value)));
                Assert.All(Collection.Unzip(archive), file => Assert.DoesNotContain(
                    Marker, file.Key + Encoding.Latin1.GetString(file.Value), StringComparison.OrdinalIgnoreCase));
                await SendAsync(client, Path, HttpStatusCode.BadRequest, [.. parts, ("subjectPattern", $"{Marker}{{subject}}")]);
            }

            await SendAsync(client, "/v1/collections/verify", HttpStatusCode.OK, ("archive", archive, Marker));
            await SendAsync(
                client, "/v1/collections/verify", HttpStatusCode.UnprocessableEntity,
                ("archive", Collection.Zip(pictures), Marker));
            (string Name, byte[] File)[] originals =
            [
                ($"originals/{Marker}.jpg", picture),
                ("originals/b.jpg", Pictures.OtherFace),
                ($"gallery/{Marker}.jpg", picture),
                ("gallery/b.jpg", Pictures.OtherFace),
            ];
            FormPart dataset = ("dataset", Collection.Zip(originals), $"{Marker}.zip");
            var evaluated = Collection.Unzip(await SendAsync(
                client, "/v1/evaluate", HttpStatusCode.OK, dataset, ("method", "mask"), ("format", "zip"), ("pictures", "true")));
            Assert.All(evaluated, file => Assert.DoesNotContain(
                Marker, file.Key + Encoding.Latin1.GetString(file.Value), StringComparison.OrdinalIgnoreCase));
            Assert.All(evaluated, file => Assert.Equal(0, MarkedPicture.CountIn(file.Value)));
            await SendAsync(client, "/v1/evaluate", HttpStatusCode.UnprocessableEntity, dataset);
            process.Terminate();
            Assert.Equal(0, await process.ExitAsync());
            Assert.Contains("POST /v1/collections answered 200", process.Output, StringComparison.Ordinal);
            Assert.Contains("POST /v1/evaluate answered 200", process.Output, StringComparison.Ordinal);
            Assert.DoesNotContain(Marker, process.Output + process.Errors, StringComparison.OrdinalIgnoreCase);
            Assert.Equal(0, created);
            Assert.Empty(folder.GetFiles("*", SearchOption.AllDirectories));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<byte[]> SendAsync(HttpClient client, string path, HttpStatusCode status, params FormPart[] parts)
    {
        using var form = Requests.Form(parts);
        using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), form);
        Assert.Equal(status, answer.StatusCode);
        Assert.DoesNotContain(Marker, $"{answer}{await answer.Content.ReadAsStringAsync()}", StringComparison.OrdinalIgnoreCase);
        return await answer.BytesAsync();
    }
}
