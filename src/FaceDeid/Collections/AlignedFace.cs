using System.Numerics;
using FaceDeid.Faces.Recognition;

namespace FaceDeid.Collections;

/// <summary>A face of a collection, all that is held of it.</summary>
/// <param name="Index">Which picture it is in, from 0.</param>
/// <param name="Number">Which of the picture's faces that count, from 0.</param>
/// <param name="Pixels">Its chip, blue-green-red, <see cref="ChipFrame.Bytes"/> bytes.</param>
/// <param name="Shape">Its 68 landmarks in the chip.</param>
/// <param name="Embedding">Who it is.</param>
internal sealed record AlignedFace(int Index, int Number, byte[] Pixels, Complex[] Shape, FaceEmbedding Embedding);

/// <summary>Somebody, with every face that shows them.</summary>
/// <param name="Number">Their number, from 1.</param>
/// <param name="Faces">Their faces, at least one.</param>
/// <param name="Label">Their class, as the caller gave it.</param>
internal sealed record Person(int Number, IReadOnlyList<AlignedFace> Faces, string? Label);

/// <summary>People who share a face.</summary>
/// <param name="People">At least k.</param>
/// <param name="Class">The class they have in common; null: none.</param>
/// <param name="Goal">The expression that their face must show; null: any.</param>
internal sealed record Group(IReadOnlyList<Person> People, string? Class, ExpressionGoal? Goal = null);
