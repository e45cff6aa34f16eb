using Actors.Silo.Hosting;

return (int)await SiloProgram.RunAsync(args);
