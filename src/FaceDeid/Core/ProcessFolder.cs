namespace FaceDeid.Core;

/// <summary>
/// Folders of this process among the system's temporary ones, which nobody else may enter. What processes left that were killed
/// is deleted when one is made.
/// </summary>
internal static class ProcessFolder
{
    private const string Prefix = "facedeid-of-";

    /// <summary>Makes one; whoever made it deletes it.</summary>
    public static string Create()
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*").Where(IsLeft))
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It is another user's, or somebody else deletes it now.
            }
        }

        return Directory.CreateTempSubdirectory($"{Prefix}{Environment.ProcessId}-").FullName; // mode 700
    }

    private static bool IsLeft(string folder) =>
        Path.GetFileName(folder)[Prefix.Length..].Split('-')[0] is var process && !Directory.Exists($"/proc/{process}");
}
