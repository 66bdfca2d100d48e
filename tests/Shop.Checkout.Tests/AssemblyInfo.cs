using Shop.Checkout.Tests.Slices;

// One host and one database for the whole assembly; tests run in parallel on data of their own.
[assembly: AssemblyFixture(typeof(CheckoutShop))]
