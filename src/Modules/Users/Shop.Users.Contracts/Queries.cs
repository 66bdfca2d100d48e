using Shop.BuildingBlocks.Contracts;

namespace Shop.Users.Contracts;

/// <summary>The public keys that access tokens are signed with.</summary>
[MessageIdentity("users.get-signing-keys")]
public sealed record GetSigningKeys : IQuery<SigningKeys>;

/// <summary>A JSON Web Key Set (RFC 7517).</summary>
/// <param name="JsonWebKeySet">The document as served at <c>/.well-known/jwks.json</c>.</param>
[MessageIdentity("users.signing-keys")]
public sealed record SigningKeys(string JsonWebKeySet) : IMessage;
