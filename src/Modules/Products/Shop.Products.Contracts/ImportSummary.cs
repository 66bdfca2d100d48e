namespace Shop.Products.Contracts;

/// <summary>What an import did.</summary>
/// <param name="Rows">Rows read, without the header.</param>
/// <param name="Created">Products that are new.</param>
/// <param name="Updated">Products that now say something else.</param>
/// <param name="Unchanged">Products that said the same already.</param>
/// <param name="Refused">Rows refused; each stands in the report with its line, column and code.</param>
/// <param name="Completed">False when the file could not be read to its end; the report says where it broke off.</param>
public sealed record ImportSummary(long Rows, long Created, long Updated, long Unchanged, long Refused, bool Completed);
