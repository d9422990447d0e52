using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>The service knows the library and HTTP, and nothing below them.</summary>
public sealed class ArchitectureTests
{
    private static readonly string[] Folders = ["src", "tests"];

    [Fact]
    public void The_service_sees_no_native_picture_and_no_dlib()
    {
        var references = typeof(Program).Assembly.GetReferencedAssemblies().Select(name => name.Name!).ToList();

        Assert.Contains("FaceDeid", references, StringComparer.Ordinal);
        Assert.DoesNotContain(references, name => name.StartsWith("OpenCvSharp", StringComparison.Ordinal));
        Assert.DoesNotContain(references, name => name.StartsWith("NetVips", StringComparison.Ordinal));
        Assert.DoesNotContain("FaceDeid.Dlib", references, StringComparer.Ordinal);
    }

    [Fact]
    public void The_service_needs_no_mediator_mapper_or_controllers()
    {
        var types = typeof(Program).Assembly.GetTypes();

        Assert.DoesNotContain(types, type => typeof(Microsoft.AspNetCore.Mvc.ControllerBase).IsAssignableFrom(type));
        Assert.DoesNotContain(types, type => type.IsInterface);
    }

    [Fact]
    public void Program_fits_a_screen_and_no_file_is_longer_than_400_lines_or_wider_than_130_columns()
    {
        var files = Folders
            .SelectMany(folder => Directory.GetFiles(Path.Combine(TestFiles.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(TestFiles.Root, file))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .ToDictionary(file => file, file => File.ReadAllLines(Path.Combine(TestFiles.Root, file)), StringComparer.Ordinal);

        Assert.InRange(files["src/FaceDeid.Api/Program.cs"].Length, 1, 49);
        Assert.DoesNotContain(files, file => file.Key.StartsWith("src/", StringComparison.Ordinal) && file.Value.Length > 400);
        Assert.Empty(files.SelectMany(file => file.Value.Index().Where(line => line.Item.Length > 130).Select(line => $"{file.Key}:{line.Index + 1}")));
    }
}
