namespace FaceDeid.Contracts;

/// <summary>A verdict on a collection and its certificate, or on a recording and its report.</summary>
/// <param name="NotChecked">What must be true beside, and no check of the files can find out.</param>
/// <param name="Verdict">What the checks came to.</param>
/// <param name="Valid">
/// Whether no check failed and, where the service has a key, it signed the certificate or report. Without a key it says nothing
/// of who wrote it.
/// </param>
/// <param name="Statement">What follows, in words.</param>
/// <param name="Checks">The checks, in the order in which they were made.</param>
public sealed record CertificateVerdict(
    IReadOnlyList<string> NotChecked, CollectionVerdict Verdict, bool Valid,
    string Statement, IReadOnlyList<CertificateCheck> Checks);

/// <summary>One check.</summary>
/// <param name="Name">Stable name.</param>
/// <param name="Passed">Whether it holds; null: there is nothing to check it with.</param>
/// <param name="Detail">What was looked at, or what is wrong.</param>
public sealed record CertificateCheck(string Name, bool? Passed, string Detail);

/// <summary>What a check of a collection or recording came to.</summary>
public enum CollectionVerdict
{
    /// <summary>No check failed, and the certificate or report is signed by a key that is known here.</summary>
    Valid,

    /// <summary>No check failed, and nobody who is known here vouches for it: anybody can have written it.</summary>
#pragma warning disable CA1720 // a signature is meant, and no type of number
    Unsigned,
#pragma warning restore CA1720

    /// <summary>A check failed.</summary>
    Invalid,
}
