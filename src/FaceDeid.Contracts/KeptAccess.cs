namespace FaceDeid.Contracts;

/// <summary>Which of the keys that open a face now still do afterwards.</summary>
public enum KeptAccess
{
    /// <summary>Those that were not used for this: the key that was used is replaced.</summary>
    Others,

    /// <summary>None: only the new recipients open the face.</summary>
    None,

    /// <summary>All: recipients are added.</summary>
    All,
}
