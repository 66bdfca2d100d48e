using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Shop.BuildingBlocks;

namespace Shop.Inventory.Features;

/// <summary>What the staff's requests that change something have in common.</summary>
internal static class StaffRequests
{
    // What is not said counts for nothing, so that a field added later changes no hash of a request that doesn't use it.
    private static readonly JsonSerializerOptions Said = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Who stands in the ledger.</summary>
    public static string Actor(this ClaimsPrincipal caller) => caller.UserId()?.ToString() ?? "unknown";

    /// <summary>400 when the Idempotency-Key is missing or too long.</summary>
    public static ProblemHttpResult? KeyProblem(string? key) =>
        key is { Length: > 0 and <= 200 }
            ? null
            : Problems.Problem(400, "inventory.idempotency_key_required", "Send an Idempotency-Key of at most 200 characters.");

    /// <summary>Tells one request from another under the same key.</summary>
    public static byte[] Hash<T>(T request) => SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request, Said));
}
