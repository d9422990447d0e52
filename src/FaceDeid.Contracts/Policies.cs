namespace FaceDeid.Contracts;

/// <summary>What becomes of pictures that cannot be used.</summary>
public enum BadImagePolicy
{
    /// <summary>One is enough to refuse the collection.</summary>
    Fail,

    /// <summary>They are left out, and the certificate says so.</summary>
    Skip,
}

/// <summary>What happens to a damaged file.</summary>
public enum DamagePolicy
{
    /// <summary>It is refused.</summary>
    Error,

    /// <summary>What its decoder shows of it is the picture.</summary>
    Accept,
}

/// <summary>What becomes of a picture with several faces.</summary>
public enum MultipleFacesPolicy
{
    /// <summary>Its largest face counts.</summary>
    Largest,

    /// <summary>It is a bad picture.</summary>
    Error,

    /// <summary>Every face counts, each as a person of its own.</summary>
    All,
}

/// <summary>What happens when nobody would be protected: there is no face, or references leave everybody visible.</summary>
public enum NoFacePolicy
{
    /// <summary>The request fails.</summary>
    Error,

    /// <summary>The picture is returned as it is, written anew.</summary>
    Pass,
}

/// <summary>What happens to what may be a face or not.</summary>
public enum UncertainPolicy
{
    /// <summary>It is protected, by a blur where the method needs a face.</summary>
    Protect,

    /// <summary>It stays as it is.</summary>
    Leave,

    /// <summary>The picture is refused.</summary>
    Error,
}
