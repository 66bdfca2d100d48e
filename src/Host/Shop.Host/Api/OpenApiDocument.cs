using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Shop.Host.Api;

/// <summary>The API's description: one document, the same on every machine, checked in as docs/openapi.json.</summary>
internal static class OpenApiDocument
{
    public const string Name = "v1";

    /// <summary>Where it is served.</summary>
    public const string Path = $"/openapi/{Name}.json";

    /// <summary>The checked-in description of all modules, for a process that hosts some of them: the shop has one API wherever they run.</summary>
    public static IResult Whole() =>
        Results.Stream(typeof(OpenApiDocument).Assembly.GetManifestResourceStream("openapi.json")!, "application/json;charset=utf-8");

    private const string Bearer = "bearer";
    private const string ProblemJson = "application/problem+json";

    public static void Describe(OpenApiOptions options)
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer(
            (document, _, _) =>
            {
                document.Info = new()
                {
                    Title = "Shop",
                    Version = Name,
                    Description =
                        "Amounts are minor units with a currency; lists are paged by cursor; failures are problem+json with a stable code.",
                };
                // The address differs by machine, the document must not.
                document.Servers = [];
                document.AddComponent(
                    Bearer,
                    new OpenApiSecurityScheme
                    {
                        Type = SecuritySchemeType.Http,
                        Scheme = Bearer,
                        BearerFormat = "JWT",
                        Description = "The access token of POST /api/v1/users/sign-in.",
                    }
                );
                return Task.CompletedTask;
            }
        );
        options.AddOperationTransformer(
            (operation, context, _) =>
            {
                var metadata = context.Description.ActionDescriptor.EndpointMetadata;
                AddProblem(operation, "default", "Any other failure.");
                if (metadata.OfType<IAllowAnonymous>().Any())
                    return Task.CompletedTask;
                operation.Security = [new() { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }];
                AddProblem(operation, "401", "Not signed in.");
                if (metadata.OfType<IAuthorizeData>().Any(a => a.Policy is not null))
                    AddProblem(operation, "403", "Signed in, but not allowed.");
                return Task.CompletedTask;
            }
        );
    }

    private static void AddProblem(OpenApiOperation operation, string status, string description)
    {
        operation.Responses ??= [];
        operation.Responses.TryAdd(
            status,
            new OpenApiResponse
            {
                Description = description,
                Content = new Dictionary<string, OpenApiMediaType> { [ProblemJson] = new() },
            }
        );
    }
}
