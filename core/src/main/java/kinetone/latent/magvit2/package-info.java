/** Causal 3-D autoencoder for pictures in the manner of MAGVIT-v2, with a continuous latent. */
package kinetone.latent.magvit2;
