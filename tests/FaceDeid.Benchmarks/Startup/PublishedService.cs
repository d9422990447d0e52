using System.Diagnostics;
using FaceDeid.TestData;

namespace FaceDeid.Benchmarks.Startup;

/// <summary>The service published into a folder of its own as the Dockerfile does it; the folder is deleted at the end.</summary>
internal sealed class PublishedService : IDisposable
{
    private PublishedService(string folder)
    {
        Folder = folder;
    }

    public string Folder { get; }

    public static async Task<PublishedService> CreateAsync()
    {
        var published = new PublishedService(Directory.CreateTempSubdirectory("facedeid-published-").FullName);
        try
        {
            using var publish = Process.Start(new ProcessStartInfo("dotnet")
            {
                WorkingDirectory = TestFiles.Root,
                ArgumentList =
                {
                    "publish", "src/FaceDeid.Api", "--configuration", "Release", "--output", published.Folder, "--verbosity",
                    "quiet", "--runtime", "linux-x64", "--self-contained", "false", "-p:PublishReadyToRun=true",
                    "-p:RunAnalyzers=false", "-p:TreatWarningsAsErrors=false",
                },
            })!;
            await publish.WaitForExitAsync();
            return publish.ExitCode == 0 ? published : throw new InvalidOperationException("The service could not be published.");
        }
        catch
        {
            published.Dispose();
            throw;
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
