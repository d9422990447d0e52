using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>The service knows the library and HTTP, and nothing below them.</summary>
public sealed class ArchitectureTests
{
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
}
