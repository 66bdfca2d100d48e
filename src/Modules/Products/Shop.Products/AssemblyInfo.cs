using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Shop.Products.Tests")]
