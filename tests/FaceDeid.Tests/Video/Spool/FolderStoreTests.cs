using FaceDeid.Video.Spool;
using Xunit;

namespace FaceDeid.Tests.Video.Spool;

/// <summary>A folder that several machines have.</summary>
public sealed class FolderStoreTests
{
    [Fact]
    public async Task A_job_can_be_deleted_while_another_machine_still_writes_to_it()
    {
        var folder = Directory.CreateTempSubdirectory("facedeid-folder-");
        try
        {
            using var here = new FolderStore(folder.FullName, isShared: true);
            using var there = new FolderStore(folder.FullName, isShared: true);
            for (var i = 0; i < 400; i++)
            {
                var job = $"job-{i}";
                here.Begin(job);
                using var begun = new SemaphoreSlim(0);
                var writing = Task.Run(() => Write(there, job, begun));
                await begun.WaitAsync();

                here.DeleteAll(job);

                await writing;
                Assert.DoesNotContain(job, here.Jobs(), StringComparer.Ordinal);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Begins entries until there is nothing any more in which to begin one.</summary>
    private static void Write(FolderStore store, string job, SemaphoreSlim begun)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                using var entry = store.Create(job, $"segment-{i}");
                entry.Write([1, 2, 3]);
                begun.Release();
            }
        }
        catch (IOException)
        {
            // It is deleted.
        }
    }
}
