namespace FaceDeid.Api.Jobs;

/// <summary>
/// The wrapping key that machines with one database have in common, by its fingerprint. A machine whose file has another could
/// not open what the others receive: jobs would fail one by one, and what was sent would be deleted.
/// </summary>
internal static class SharedKey
{
    private const string Name = "wrapping_key";

    /// <summary>
    /// Agrees on the first key of the file where nothing is agreed on, or where the key that is agreed on is another line of the
    /// file: so keys are changed, machine after machine.
    /// </summary>
    /// <param name="database">Which all have.</param>
    /// <param name="keys">Fingerprints of the lines of the file, the first first.</param>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.InvalidOption"/>: the file does not have the key that is agreed on.
    /// </exception>
    public static void Agree(JobDatabase database, IReadOnlyList<string> keys)
    {
        // Another machine may agree on another key at the same time, but not for ever.
        for (var tries = 0; tries < 10; tries++)
        {
            var agreed = database.Agree(Name, keys[0]);
            if (!keys.Contains(agreed, StringComparer.Ordinal))
                throw Foreign();
            if (string.Equals(agreed, keys[0], StringComparison.Ordinal) || database.AgreeAnew(Name, agreed, keys[0]))
                return;
        }
    }

    private static FaceDeidException Foreign() => new(
        FaceDeidError.InvalidOption,
        "The file of FaceDeid:Videos:WrappingKeyFile does not have the key of the other machines that share "
        + "FaceDeid:Jobs:ConnectionString. Give this machine their file; to change the key, put the new one beside the old one, "
        + "as docs/operations.md says (\"Changing the wrapping key\").");
}
