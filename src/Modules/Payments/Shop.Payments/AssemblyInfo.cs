using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Shop.Payments.Tests")]
