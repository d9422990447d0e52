namespace FaceDeid.Core;

/// <summary>Keeps memory from one picture to the next, because to make it anew takes time.</summary>
internal interface IKeepsMemory
{
    /// <summary>Frees what nobody works with right now. What is asked for next takes a little longer. Thread-safe.</summary>
    void GiveBack();
}
