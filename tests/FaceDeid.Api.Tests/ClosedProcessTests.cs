using System.Diagnostics;
using System.Globalization;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Nobody looks into the memory of the service, or of the locked decoder, from outside.</summary>
public sealed class ClosedProcessTests : IDisposable
{
    /// <summary>
    /// As somebody who is not root, of whom everything in /proc is; and who may read what these tests were built into.
    /// </summary>
    private const string AsNobody =
        "exec setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all,+dac_read_search "
        + "--ambient-caps=+dac_read_search";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("facedeid-closed-");

    [Theory]
    [InlineData(null, null, false)]
    [InlineData("0", null, false)]
    [InlineData("1", null, true)]
    [InlineData(null, "Development", true)]
    public async Task The_service_is_closed_unless_a_developer_looks_into_it(
        string? diagnostics, string? environment, bool isOpen)
    {
        await using var service = await ServiceProcess.StartByShellAsync(
            Environment.IsPrivilegedProcess ? $"chmod 777 \"$TMPDIR\"; {AsNobody} \"$@\"" : "exec \"$@\"", workingDirectory: null,
            ("TMPDIR", _folder.FullName), ("DOTNET_EnableDiagnostics", diagnostics ?? string.Empty),
            ("ASPNETCORE_ENVIRONMENT", environment ?? "Production"));

        Assert.Equal(isOpen, await IsOwnAsync(service.Id));
        Assert.Equal(isOpen, Directory.EnumerateFileSystemEntries(_folder.FullName)
            .Any(file => Path.GetFileName(file).StartsWith("dotnet-diagnostic-", StringComparison.Ordinal)));
        if (isOpen)
            return;
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.FullName));
        Assert.Equal(["0", "0"], CoreLimits(service.Id));
        using var client = service.Connect();
        using var form = Requests.Form(Requests.Image(Pictures.Face));
        using var answer = await client.PostAsync(new Uri("/v1/detect", UriKind.Relative), form);
        Assert.True(answer.IsSuccessStatusCode);
    }

    [Fact]
    public async Task The_decoder_is_closed_before_it_reads_a_picture()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "decoder", "FaceDeid.Decoder");
        var start = new ProcessStartInfo(
            "/bin/sh", ["-c", Environment.IsPrivilegedProcess ? $"{AsNobody} {program}" : $"exec {program}"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var decoder = Process.Start(start)!;
        try
        {
            // It waits for its input.
            await Patience.UntilAsync(async () => CoreLimits(decoder.Id) is ["0", "0"] && !await IsOwnAsync(decoder.Id));
            Assert.False(decoder.HasExited);
        }
        finally
        {
            decoder.Kill();
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>
    /// Of a process that may be dumped and looked into, the files in /proc/PID are its user's; else root's (proc_pid(5)).
    /// </summary>
    private static async Task<bool> IsOwnAsync(int id)
    {
        using var stat = Process.Start(
            new ProcessStartInfo("stat", ["--format=%u", $"/proc/{id.ToString(CultureInfo.InvariantCulture)}/environ"])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            })!;
        var owner = await stat.StandardOutput.ReadToEndAsync();
        await stat.WaitForExitAsync();
        Assert.Equal(0, stat.ExitCode);
        return owner.Trim() is not "0";
    }

    /// <summary>The soft and the hard limit.</summary>
    private static string[] CoreLimits(int id) =>
        File.ReadLines($"/proc/{id}/limits").Single(line => line.StartsWith("Max core file size", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[4..6];
}
