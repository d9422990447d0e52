using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// <c>facedeid evaluate</c>: a folder is measured without a service, and what is wrong is told in words and by the exit code.
/// </summary>
public sealed class EvaluateCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("facedeid-evaluate-");

    [Fact]
    public async Task A_folder_gives_a_table_and_three_files()
    {
        _folder.CreateSubdirectory("set").Unpack(EvaluationSet.Files());
        var (exitCode, output, errors) = await RunAsync(
            "evaluate", In("set"), "--out", In("out/new"), "--pictures", "--workers", "1");

        Assert.True(exitCode == 0, errors);
        Assert.Contains("| ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Now listening", output, StringComparison.Ordinal);
        Assert.Contains("examine: ", errors, StringComparison.Ordinal);
        Assert.Contains("attack: ", errors, StringComparison.Ordinal);
        Assert.Equal("plots.png report.html report.json", string.Join(
            ' ', Directory.GetFiles(In("out/new")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)));
        Assert.Equal(3, (int)JsonNode.Parse(await File.ReadAllTextAsync(In("out/new/report.json")))!["people"]!);
        EvaluationSet.AssertUnmarked(
            output + errors + Encoding.Latin1.GetString(await File.ReadAllBytesAsync(In("out/new/report.html"))));
    }

    [Fact]
    public async Task What_the_service_de_identifies_is_asked_for_by_the_same_names()
    {
        _folder.Unpack(EvaluationSet.Files(isDeidentified: false));
        var (exitCode, output, errors) = await RunAsync(
            "evaluate", _folder.FullName, "--method", "eyebar", "--allow-weak", "--on-bad-image", "skip");

        Assert.True(exitCode == 0, errors);
        Assert.Contains("| ", output, StringComparison.Ordinal);
        // Nothing is written without --out.
        Assert.Equal(3 * 2, Directory.GetFiles(_folder.FullName, "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public async Task Faults_of_the_dataset_are_listed()
    {
        _folder.Unpack(EvaluationSet.Files()
            .Where(file => !file.Name.StartsWith($"deidentified/{EvaluationSet.Marker}1", StringComparison.Ordinal)));
        var (exitCode, output, errors) = await RunAsync("evaluate", _folder.FullName);

        Assert.Equal((1, string.Empty), (exitCode, output));
        Assert.Equal(
            ["The dataset has 1 fault(s): originals/2; 'errors' has the reason. Pictures of a folder are counted by path from 1, "
                + "and lines of subjects.csv from 1, its "
                + "header.", "  originals/2 has no de-identified picture: put a file of the same name into deidentified/."],
            errors.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Limits_are_told()
    {
        _folder.Unpack(EvaluationSet.Files());
        Assert.Contains("at most 2 rows", await FailedAsync(1, "--max-rows", "2"), StringComparison.Ordinal);
        Assert.Contains("between 2 and 4000", await FailedAsync(2, "--max-rows", "1"), StringComparison.Ordinal);
        Assert.Contains("manifest", await FailedAsync(1, "--models", In("nothing")), StringComparison.Ordinal);
        await using (var large = File.Create(In("subjects.csv")))
            large.SetLength(200_000_001);
        Assert.Contains("longer than 200000000 bytes", await FailedAsync(1), StringComparison.Ordinal);

        async Task<string> FailedAsync(int expected, params string[] more)
        {
            var (exitCode, _, errors) = await RunAsync(["evaluate", _folder.FullName, .. more]);
            Assert.Equal(expected, exitCode);
            return errors;
        }
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_told()
    {
        var (exitCode, _, errors) = await RunAsync("evaluate", In("nothing"));
        Assert.Equal(1, exitCode);
        Assert.Contains(In("nothing"), errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("evaluate")]
    [InlineData("evaluate --out x")]
    [InlineData("evaluate x --methods blur")]
    [InlineData("evaluate x --method smear")]
    [InlineData("evaluate x --method blur --method blur")]
    [InlineData("evaluate x --method blur --algorithm k-same-m")]
    [InlineData("evaluate x --k 5")]
    [InlineData("evaluate x --algorithm k-same-m --k 1")]
    [InlineData("evaluate x --strength 0.5")]
    [InlineData("evaluate x --allow-weak")]
    [InlineData("evaluate x --pictures")]
    [InlineData("evaluate x y")]
    public async Task Wrong_arguments_are_told(string arguments)
    {
        var (exitCode, output, errors) = await RunAsync(arguments.Split(' '));

        Assert.Equal((2, string.Empty), (exitCode, output));
        Assert.True(errors.Length > 15, errors);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string In(string path) => Path.Combine(_folder.FullName, path);

    private static Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments) =>
        ServiceProcess.RunAsync("FaceDeid.Cli.dll", arguments);
}
