using FluentValidation;
using FluentValidation.Results;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.BuildingBlocks;
using Shop.Users.Credentials;
using Shop.Users.Data;
using Shop.Users.Domain;

namespace Shop.Users.Features;

/// <summary>Asks for an account.</summary>
/// <param name="Email">Where the person gets mail; upper and lower case are the same.</param>
/// <param name="Password">8 to 128 characters, not one of the common ones.</param>
/// <param name="Name">As the person wants to be called.</param>
public sealed record RegisterUser(string Email, string Password, string Name);

/// <summary>The answer, which says nothing that the caller didn't know.</summary>
/// <param name="Email">The address as the shop writes it.</param>
/// <param name="Name">As given.</param>
public sealed record UserRegistered(string Email, string Name);

public sealed class RegisterUserValidator : AbstractValidator<RegisterUser>
{
    public RegisterUserValidator()
    {
        RuleFor(r => r.Email).NotEmpty().WithErrorCode("required");
        RuleFor(r => r.Email).Must(EmailAddress.IsPlausible).WithErrorCode("invalid").When(r => !string.IsNullOrEmpty(r.Email));
        RuleFor(r => r.Name).NotEmpty().WithErrorCode("required").MaximumLength(200).WithErrorCode("too_long");
        RuleFor(r => r.Password).NotNull().WithErrorCode("required");
        RuleFor(r => r.Password)
            .Custom(
                (password, context) =>
                {
                    if (PasswordPolicy.Refusal(password, context.InstanceToValidate.Email ?? "") is { } code)
                        context.AddFailure(new ValidationFailure(context.PropertyPath, Explain(code)) { ErrorCode = code });
                }
            )
            .When(r => r.Password is not null);
    }

    private static string Explain(string code) =>
        code switch
        {
            "too_short" => $"The password must have at least {PasswordPolicy.MinLength} characters.",
            "too_long" => $"The password must have at most {PasswordPolicy.MaxLength} characters.",
            _ => "This password is among the first that anybody would guess.",
        };
}

public static class RegisterUserEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/api/v1/users/register", HandleAsync)
            .WithName("Users.Register")
            .WithTags("Users")
            .WithSummary("Makes a customer's account.")
            .WithDescription("The answer is the same when the address has an account already; that account is left as it was.")
            .Validate<RegisterUser>()
            .AllowAnonymous();

    private static async Task<Results<Created<UserRegistered>, ProblemHttpResult>> HandleAsync(
        RegisterUser request,
        UsersDbContext db,
        PasswordHashing passwords,
        TimeProvider clock,
        HttpResponse response,
        CancellationToken cancellationToken
    )
    {
        // Hashed in any case: neither the answer nor its time tells whether the address has an account.
        if (await passwords.TryHashAsync(request.Password, cancellationToken) is not { } hash)
            return Answers.Busy(response);
        var user = new User
        {
            Id = Guid.CreateVersion7(clock.GetUtcNow()),
            Email = EmailAddress.Normalize(request.Email),
            Name = request.Name.Trim(),
            PasswordHash = hash,
            CreatedAt = clock.GetUtcNow(),
        };
        db.Users.Add(user);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // Somebody has it; see above.
        }
        return TypedResults.Created((string?)null, new UserRegistered(user.Email, user.Name));
    }
}
