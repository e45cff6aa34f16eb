using Actors.Silo;

await EmbeddedSilo.Build().RunAsync();
