using FluentValidation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Shop.BuildingBlocks;
using Shop.Users.Credentials;
using Shop.Users.Data;
using Shop.Users.Domain;

namespace Shop.Users.Features;

/// <summary>Asks for tokens.</summary>
/// <param name="Email">The account's address.</param>
/// <param name="Password">The account's password.</param>
public sealed record SignIn(string Email, string Password);

public sealed class SignInValidator : AbstractValidator<SignIn>
{
    public SignInValidator()
    {
        RuleFor(r => r.Email).NotEmpty().WithErrorCode("required").MaximumLength(EmailAddress.MaxLength).WithErrorCode("too_long");
        RuleFor(r => r.Password).NotEmpty().WithErrorCode("required").MaximumLength(PasswordPolicy.MaxLength).WithErrorCode("too_long");
    }
}

public static class SignInEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/api/v1/users/sign-in", HandleAsync)
            .WithName("Users.SignIn")
            .WithTags("Users")
            .WithSummary("Exchanges e-mail address and password for an access token and a refresh token.")
            .WithDescription(
                "A wrong password and an unknown address get the same answer. Tries in vain make the next ones wait (429 with Retry-After)."
            )
            .Validate<SignIn>()
            .AllowAnonymous();

    private static async Task<Results<Ok<SignedIn>, ProblemHttpResult>> HandleAsync(
        SignIn request,
        UsersDbContext db,
        PasswordHashing passwords,
        SignInThrottle throttle,
        SessionStore sessions,
        AccessTokenIssuer tokens,
        ILogger<SignIn> logger,
        HttpContext http,
        CancellationToken cancellationToken
    )
    {
        var email = EmailAddress.Normalize(request.Email);
        var address = http.Connection.RemoteIpAddress;
        if (await throttle.CountAsync(email, address, cancellationToken) is { } wait)
            return Answers.TooManyTries(http.Response, wait);
        var user = await db.Users.SingleOrDefaultAsync(u => u.Email == email, cancellationToken);
        var verdict = await passwords.TryVerifyAsync(user, request.Password, cancellationToken);
        if (verdict is null)
            return Answers.Busy(http.Response);
        if (user is null || verdict == PasswordVerificationResult.Failed)
        {
            logger.LogInformation("A sign-in failed for {UserId}", user?.Id);
            return Problems.Problem(401, "users.invalid_credentials", "E-mail address or password is wrong.");
        }
        if (verdict == PasswordVerificationResult.SuccessRehashNeeded)
            await RenewHashAsync(user, request.Password, db, passwords, cancellationToken);
        await throttle.ForgiveAsync(email, address, cancellationToken);
        var refreshToken = await sessions.StartAsync(user.Id, cancellationToken);
        logger.LogInformation("User {UserId} signed in", user.Id);
        return Answers.SignedIn(http.Response, tokens.Issue(user.Id, user.Role), refreshToken);
    }

    // The hash is older than today's number of rounds, and only now the password is at hand. When all are busy the next sign-in will do.
    private static async Task RenewHashAsync(
        User user,
        string password,
        UsersDbContext db,
        PasswordHashing passwords,
        CancellationToken cancellationToken
    )
    {
        if (await passwords.TryHashAsync(password, cancellationToken) is not { } hash)
            return;
        user.PasswordHash = hash;
        await db.SaveChangesAsync(cancellationToken);
    }
}
