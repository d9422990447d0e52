namespace FaceDeid.Contracts;

/// <summary>What k-Same-Select keeps apart.</summary>
public enum SelectBy
{
    /// <summary>The expression, measured by a network: seven classes.</summary>
    Expression,

    /// <summary>The labels that the caller gave.</summary>
    Label,
}
