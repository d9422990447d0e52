namespace FaceDeid.Api.Forms;

/// <summary>What is said to who sends another value than a field takes, beside which it takes.</summary>
/// <param name="text">A sentence.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AdviceAttribute(string text) : Attribute
{
    public string Text => text;
}
