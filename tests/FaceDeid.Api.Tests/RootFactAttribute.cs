using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// A test that needs root. Where the tests run as another user it is listed as skipped, with the reason.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        if (!Environment.IsPrivilegedProcess)
            Skip = "It makes a network namespace, which only root may: 'sudo make faults' runs it.";
    }
}
