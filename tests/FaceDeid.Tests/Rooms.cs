using FaceDeid.TestData;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FaceDeid.Tests;

/// <summary>
/// Which folder of a project knows which, told by the types that its files speak of: constants and documentation count too, which
/// a compiled assembly does not show.
/// </summary>
internal static class Rooms
{
    /// <summary>Every folder of a project with those that it knows, each with an example.</summary>
    /// <param name="project">Its folder, from the repository's root.</param>
    /// <param name="more">Files that are not there, by path in the project.</param>
    public static SortedDictionary<string, SortedDictionary<string, string>> Read(
        string project, params (string Path, string Text)[] more)
    {
        var folder = Path.Combine(TestFiles.Root, project);
        var files = Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(path => (Path: Path.GetRelativePath(folder, path), Text: File.ReadAllText(path)))
            .Where(file => !file.Path.StartsWith("obj/", StringComparison.Ordinal)
                && !file.Path.StartsWith("bin/", StringComparison.Ordinal));
        var compilation = CSharpCompilation.Create(
            "house",
            files.Concat(more).Append((Path: "usings.cs", Text: Usings))
                .Select(file => CSharpSyntaxTree.ParseText(file.Text, Options, file.Path)),
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(':')
                .Where(path => project.Contains("Api", StringComparison.Ordinal)
                    || !path.EndsWith("/FaceDeid.dll", StringComparison.Ordinal))
                .Select(path => MetadataReference.CreateFromFile(path)));
        var rooms = new SortedDictionary<string, SortedDictionary<string, string>>(StringComparer.Ordinal);
        foreach (var tree in compilation.SyntaxTrees)
        {
            var room = FolderOf(tree);
            var known = rooms.TryGetValue(room, out var earlier) ? earlier : rooms[room] = new(StringComparer.Ordinal);
            foreach (var type in TypesIn(tree, compilation.GetSemanticModel(tree)))
            {
                foreach (var home in type.DeclaringSyntaxReferences.Select(place => FolderOf(place.SyntaxTree))
                    .Where(home => !string.Equals(home, room, StringComparison.Ordinal)))
                    known.TryAdd(home, $"{tree.FilePath} speaks of {type.Name}");
            }
        }

        return rooms;
    }

    private const string Usings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        global using FaceDeid.Contracts; global using FaceDeid.Core; global using FaceDeid.Geometry;
        global using FaceDeid.Api.Errors; global using FaceDeid.Api.Settings;
        global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Hosting; global using Microsoft.AspNetCore.Http;
        global using Microsoft.AspNetCore.Routing; global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting;
        global using Microsoft.Extensions.Logging;
        """;

    private static readonly CSharpParseOptions Options = new(LanguageVersion.Latest, DocumentationMode.Parse);

    private static string FolderOf(SyntaxTree tree) =>
        Path.GetDirectoryName(tree.FilePath) is { Length: > 0 } folder ? folder : ".";

    private static IEnumerable<INamedTypeSymbol> TypesIn(SyntaxTree tree, SemanticModel model) => tree.GetRoot()
        .DescendantNodes(descendIntoTrivia: true)
        .Where(node => node is SimpleNameSyntax or BaseObjectCreationExpressionSyntax)
        .Select(node => model.GetSymbolInfo(node).Symbol)
        .Select(symbol => symbol is IMethodSymbol { ReducedFrom: { } extension } ? extension : symbol)
        .Select(symbol => symbol as INamedTypeSymbol ?? symbol?.ContainingType)
        .OfType<INamedTypeSymbol>()
        .Select(Outermost)
        .Distinct<INamedTypeSymbol>(SymbolEqualityComparer.Default);

    private static INamedTypeSymbol Outermost(INamedTypeSymbol type) =>
        (type.ContainingType is { } outer ? Outermost(outer) : type).OriginalDefinition;
}
