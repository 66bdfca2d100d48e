using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Shop.Checkout.Tests")]
