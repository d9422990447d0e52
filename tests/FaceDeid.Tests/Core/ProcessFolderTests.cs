using Xunit;

namespace FaceDeid.Tests.Core;

public sealed class ProcessFolderTests
{
    [Fact]
    public void What_a_process_left_that_is_gone_is_deleted_and_nothing_else()
    {
        var left = Directory.CreateTempSubdirectory($"facedeid-of-{int.MaxValue}-").FullName;
        File.WriteAllText(Path.Combine(left, "door"), "");
        var mine = ProcessFolder.Create();

        var other = ProcessFolder.Create();

        Assert.False(Directory.Exists(left));
        Assert.True(Directory.Exists(mine));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(other));
        Directory.Delete(mine);
        Directory.Delete(other);
    }
}
