namespace FaceDeid.Api.Settings;

/// <summary>What a machine does.</summary>
public enum Role
{
    /// <summary>It answers requests and works on jobs.</summary>
    All,

    /// <summary>It answers requests. Others work on jobs.</summary>
    Front,

    /// <summary>It works on jobs, and answers nothing but health and metrics.</summary>
    Worker,
}
