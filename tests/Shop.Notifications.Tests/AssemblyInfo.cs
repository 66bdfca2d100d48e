using Shop.Notifications.Tests;

// One host, one database and one mail server for the whole assembly; tests run in parallel on addresses of their own.
[assembly: AssemblyFixture(typeof(MailShop))]
