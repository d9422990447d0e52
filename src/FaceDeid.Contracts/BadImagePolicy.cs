namespace FaceDeid.Contracts;

/// <summary>What becomes of pictures that cannot be used.</summary>
public enum BadImagePolicy
{
    /// <summary>One is enough to refuse the collection.</summary>
    Fail,

    /// <summary>They are left out, and the certificate says so.</summary>
    Skip,
}
