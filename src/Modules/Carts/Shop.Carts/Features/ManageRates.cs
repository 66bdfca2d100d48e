using System.Globalization;
using System.Security.Claims;
using FluentValidation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.BuildingBlocks;
using Shop.Carts.Data;
using Shop.Carts.Domain;

namespace Shop.Carts.Features;

/// <summary>Sets a tax rate.</summary>
/// <param name="BasisPoints">Hundredths of a percent: 1900 is 19 %.</param>
public sealed record SetTaxRate(int BasisPoints);

public sealed class SetTaxRateValidator : AbstractValidator<SetTaxRate>
{
    public SetTaxRateValidator() => RuleFor(r => r.BasisPoints).InclusiveBetween(0, Amounts.Whole).WithErrorCode("out_of_range");
}

/// <summary>The built-in tax table.</summary>
/// <param name="Items">By country and category; <c>*</c> is everywhere else.</param>
/// <param name="OtherwiseBasisPoints">What counts where no rate is found.</param>
public sealed record TaxRates(IReadOnlyList<TaxRate> Items, int OtherwiseBasisPoints);

/// <summary>What staff do with the built-in tax table.</summary>
public static class ManageTaxRatesEndpoints
{
    private const string Rate = "/api/v1/carts/tax-rates/{country}/{category}";
    private const int MostRates = 2_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/api/v1/carts/tax-rates", ListAsync)
            .WithName("Carts.ListTaxRates")
            .WithTags("Carts")
            .WithSummary("The built-in tax table.")
            .RequireAuthorization(Policies.Staff);
        routes
            .MapPut(Rate, SetAsync)
            .WithName("Carts.SetTaxRate")
            .WithTags("Carts")
            .WithSummary("Sets the rate of a country (or *) for a tax category; standard and shipping are categories, too.")
            .Validate<SetTaxRate>()
            .RequireAuthorization(Policies.Staff);
        routes
            .MapDelete(Rate, DeleteAsync)
            .WithName("Carts.DeleteTaxRate")
            .WithTags("Carts")
            .WithSummary("Takes a rate out of the table.")
            .RequireAuthorization(Policies.Staff);
    }

    private static async Task<Ok<TaxRates>> ListAsync(CartsDbContext db, Pricing pricing, CancellationToken cancellationToken) =>
        TypedResults.Ok(
            new TaxRates(
                await db.TaxRates.AsNoTracking().OrderBy(r => r.Country).ThenBy(r => r.Category).ToListAsync(cancellationToken),
                pricing.TaxBasisPoints
            )
        );

    private static async Task<Results<Ok<TaxRate>, ProblemHttpResult>> SetAsync(
        string country,
        string category,
        SetTaxRate request,
        ClaimsPrincipal caller,
        CartsDbContext db,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        if (!IsZone(country) || category.Length > 50)
            return Problems.Problem(
                400,
                "carts.invalid_zone",
                "A zone is a country's two capital letters or *; a category has at most 50 characters."
            );
        var rate = new TaxRate(country, category, request.BasisPoints);
        if (await db.TaxRates.SingleOrDefaultAsync(r => r.Country == country && r.Category == category, cancellationToken) is { } before)
        {
            db.Entry(before).CurrentValues.SetValues(rate);
            // Written even when it stays as it is, else nobody would notice that it was taken out meanwhile.
            db.Entry(before).State = EntityState.Modified;
        }
        else if (await db.TaxRates.CountAsync(cancellationToken) >= MostRates)
            return Problems.Unprocessable("carts.tax_rate_limit", $"The table takes {MostRates} rates.");
        else
            db.TaxRates.Add(rate);
        try
        {
            await db.SaveStaffChangeAsync(caller, "tax_rate.set", $"{country}/{category}", rate, clock.GetUtcNow(), cancellationToken);
        }
        catch (DbUpdateException e)
            when (e is DbUpdateConcurrencyException
                || e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation }
            )
        {
            return Problems.Conflict(
                "carts.changed_meanwhile",
                "Somebody else has set this rate, or taken it out, at the same time. Look, and set it again."
            );
        }
        return TypedResults.Ok(rate);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        string country,
        string category,
        ClaimsPrincipal caller,
        CartsDbContext db,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        if (await db.TaxRates.SingleOrDefaultAsync(r => r.Country == country && r.Category == category, cancellationToken) is not { } rate)
            return Unknown();
        db.TaxRates.Remove(rate);
        try
        {
            await db.SaveStaffChangeAsync(caller, "tax_rate.deleted", $"{country}/{category}", null, clock.GetUtcNow(), cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Unknown();
        }
        return TypedResults.NoContent();

        static ProblemHttpResult Unknown() => Problems.NotFound("carts.unknown_tax_rate", "There is no such rate.");
    }

    private static bool IsZone(string country) =>
        country == TaxRate.Anywhere || (country.Length == 2 && country.All(char.IsAsciiLetterUpper));
}

/// <summary>Sets a shipping method.</summary>
/// <param name="Name">As shoppers read it.</param>
/// <param name="Rates">The cheapest that holds counts; rates that name the country before those for the rest.</param>
public sealed record SetShippingMethod(string Name, IReadOnlyList<ShippingRate> Rates);

public sealed class SetShippingMethodValidator : AbstractValidator<SetShippingMethod>
{
    public SetShippingMethodValidator()
    {
        RuleFor(r => r.Name).NotEmpty().WithErrorCode("required").MaximumLength(100).WithErrorCode("too_long");
        RuleFor(r => r.Rates).NotEmpty().WithErrorCode("required").Must(r => r is null || r.Count <= 200).WithErrorCode("too_many");
        RuleForEach(r => r.Rates)
            .Must(r =>
                r.PriceMinor is >= 0 and <= 100_000_000
                && (r.Countries ?? []).All(c => c is { Length: 2 } && c.All(char.IsAsciiLetterUpper))
            )
            .WithErrorCode("invalid");
    }
}

/// <summary>The shipping methods that staff made.</summary>
/// <param name="Items">By code; while there are none, one flat method is offered.</param>
public sealed record ShippingMethods(IReadOnlyList<ShippingMethod> Items);

/// <summary>What staff do with shipping methods.</summary>
public static class ManageShippingEndpoints
{
    private const string Root = "/api/v1/carts/shipping-methods";
    private const int MostMethods = 50;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(Root, ListAsync)
            .WithName("Carts.ListShippingMethods")
            .WithTags("Carts")
            .WithSummary("The shipping methods that staff made, with their rates.")
            .RequireAuthorization(Policies.Staff);
        routes
            .MapPut(Root + "/{code}", SetAsync)
            .WithName("Carts.SetShippingMethod")
            .WithTags("Carts")
            .WithSummary("Makes a shipping method, or changes it; If-Match is honoured. The first one takes the place of the flat one.")
            .Validate<SetShippingMethod>()
            .RequireAuthorization(Policies.Staff);
        routes
            .MapDelete(Root + "/{code}", DeleteAsync)
            .WithName("Carts.DeleteShippingMethod")
            .WithTags("Carts")
            .WithSummary("Takes a shipping method away.")
            .RequireAuthorization(Policies.Staff);
    }

    private static async Task<Ok<ShippingMethods>> ListAsync(CartsDbContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(new ShippingMethods(await db.ShippingMethods.AsNoTracking().OrderBy(m => m.Code).ToListAsync(cancellationToken)));

    private static async Task<Results<Ok<ShippingMethod>, ProblemHttpResult>> SetAsync(
        string code,
        SetShippingMethod request,
        ClaimsPrincipal caller,
        CartsDbContext db,
        TimeProvider clock,
        HttpContext http,
        CancellationToken cancellationToken
    )
    {
        if (code.Length > 50 || !code.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_'))
            return Problems.Problem(400, "carts.invalid_code", "A code has at most 50 small letters, digits, - and _.");
        var before = await db.ShippingMethods.SingleOrDefaultAsync(m => m.Code == code, cancellationToken);
        var ifMatch = http.Request.Headers.IfMatch;
        if (ifMatch.Count > 0 && !CartAnswers.Matches(ifMatch, ETag(before?.Version ?? 0)))
            return Changed();
        var method = new ShippingMethod
        {
            Code = code,
            Name = request.Name,
            Rates = request.Rates,
            Version = (before?.Version ?? 0) + 1,
        };
        if (before is not null)
            db.Entry(before).CurrentValues.SetValues(method);
        else if (await db.ShippingMethods.CountAsync(cancellationToken) >= MostMethods)
            return Problems.Unprocessable("carts.shipping_method_limit", $"At most {MostMethods} methods.");
        else
            db.ShippingMethods.Add(method);
        try
        {
            await db.SaveStaffChangeAsync(caller, "shipping_method.set", code, method, clock.GetUtcNow(), cancellationToken);
        }
        catch (DbUpdateException e)
            when (e is DbUpdateConcurrencyException
                || e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation }
            )
        {
            return Changed();
        }
        http.Response.Headers.ETag = ETag(method.Version);
        return TypedResults.Ok(method);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        string code,
        ClaimsPrincipal caller,
        CartsDbContext db,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        if (await db.ShippingMethods.SingleOrDefaultAsync(m => m.Code == code, cancellationToken) is not { } method)
            return Problems.NotFound("carts.unknown_shipping_method", "There is no such method.");
        db.ShippingMethods.Remove(method);
        try
        {
            await db.SaveStaffChangeAsync(caller, "shipping_method.deleted", code, null, clock.GetUtcNow(), cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Changed();
        }
        return TypedResults.NoContent();
    }

    private static string ETag(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    private static ProblemHttpResult Changed() =>
        Problems.Problem(412, "carts.version_mismatch", "The method has changed meanwhile. Read it again.");
}
