namespace FaceDeid.Models;

/// <summary>The numbers of the fields of ONNX files: those of <c>onnx.proto</c>, version 1.</summary>
internal static class OnnxFields
{
    public const int FormatVersion = 1; // of the model; so are the next two
    public const int Graph = 7;
    public const int Operators = 8;
    public const int OperatorsVersion = 2; // of the operators
    public const int Node = 1; // of the graph; so are the next five
    public const int GraphName = 2;
    public const int Initializer = 5;
    public const int Input = 11;
    public const int Output = 12;
    public const int ValueInfo = 13;
    public const int Name = 1; // of an input, output or attribute
    public const int NodeInput = 1; // names, of a node
    public const int NodeOutput = 2;
    public const int NodeOperator = 4;
    public const int NodeAttribute = 5;
    public const int AttributeNumber = 3;
    public const int AttributeText = 4;
    public const int AttributeNumbers = 8;
    public const int AttributeType = 20;
    public const int TensorSize = 1;
    public const int TensorType = 2;
    public const int TensorFloats = 4;
    public const int TensorName = 8;
    public const int TensorBytes = 9;
}
