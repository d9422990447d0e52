namespace FaceDeid.Core;

/// <summary>How far a large work is.</summary>
/// <param name="Stage">
/// What is being done: of a collection <c>examine</c>, <c>group</c>, <c>average</c> or <c>photos</c>; of an evaluation
/// <c>examine</c>, <c>gallery</c>, <c>parrot</c> or <c>attack</c>.
/// </param>
/// <param name="Done">How many of the stage's pieces are done.</param>
/// <param name="Total">How many there are.</param>
public sealed record StageProgress(string Stage, int Done, int Total);
