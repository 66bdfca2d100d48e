using Shop.Proofs;

return await Proof.RunAsync(args);
