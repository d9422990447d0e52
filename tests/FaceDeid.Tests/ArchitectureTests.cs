using System.Reflection;
using FaceDeid.Dlib;
using FaceDeid.Protection;
using Xunit;

namespace FaceDeid.Tests;

/// <summary>
/// The service knows the library, the library knows dlib and the contracts, and never the other way (CONTRIBUTING.md).
/// </summary>
public sealed class ArchitectureTests
{
    private static readonly Assembly Library = typeof(DeidentificationPipeline).Assembly;
    private static readonly Assembly Dlib = typeof(FrontalFaceDetector).Assembly;

    [Fact]
    public void The_dlib_binding_stands_alone() =>
        Assert.All(References(Dlib), name => Assert.True(IsPlatform(name) && !IsWeb(name), name));

    [Fact]
    public void The_contracts_depend_on_nothing() =>
        Assert.All(References(typeof(Box).Assembly), name => Assert.True(IsPlatform(name) && !IsWeb(name), name));

    [Fact]
    public void The_library_knows_neither_plots_nor_Skia() => Assert.DoesNotContain(References(Library), name =>
        name.Contains("Plot", StringComparison.Ordinal) || name.Contains("Skia", StringComparison.Ordinal));

    [Fact]
    public void The_library_knows_dlib_and_pictures_but_no_web()
    {
        Assert.Contains("FaceDeid.Dlib", References(Library), StringComparer.Ordinal);
        // Sockets: the door through which ffmpeg reads (Video/Spool/MediaDoor), which is a file of the system, not of a network.
        Assert.Equal(
            "System.Net.Primitives System.Net.Sockets",
            string.Join(' ', References(Library).Where(IsWeb).Order(StringComparer.Ordinal)));
        Assert.DoesNotContain("FaceDeid.Api", References(Library), StringComparer.Ordinal);
    }

    [Fact]
    public void Whoever_uses_the_library_sees_no_native_picture_and_no_dlib()
    {
        var shown = Library.GetExportedTypes()
            .SelectMany(type =>
                type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .SelectMany(Types)
            .SelectMany(type => type.IsGenericType ? type.GetGenericArguments().Append(type) : [type])
            .Distinct()
            .ToList();

        Assert.Contains(typeof(Task<DetectResponse>), shown); // the search sees what is there
        Assert.DoesNotContain(shown, type => type.Namespace is { } name
            && (name.StartsWith("OpenCvSharp", StringComparison.Ordinal) || name.StartsWith("NetVips", StringComparison.Ordinal)
                || name.StartsWith("FaceDeid.Dlib", StringComparison.Ordinal)));
    }

    private static IEnumerable<string> References(Assembly assembly) =>
        assembly.GetReferencedAssemblies().Select(name => name.Name!);

    private static bool IsPlatform(string name) => name.StartsWith("System", StringComparison.Ordinal) || name is "netstandard";

    private static bool IsWeb(string name) => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)
        || name.StartsWith("System.Net", StringComparison.Ordinal)
        || name.StartsWith("Microsoft.Extensions.Hosting", StringComparison.Ordinal);

    private static IEnumerable<Type> Types(MemberInfo member) => member switch
    {
        PropertyInfo property => [property.PropertyType],
        FieldInfo field => [field.FieldType],
        MethodBase method =>
            [.. method.GetParameters().Select(p => p.ParameterType), method is MethodInfo m ? m.ReturnType : typeof(void)],
        _ => [],
    };
}
