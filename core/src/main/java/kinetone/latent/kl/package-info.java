/**
 * The 2-D autoencoder of latent diffusion for pictures and mel spectrograms, with parameters named
 * as in diffusers' AutoencoderKL.
 */
package kinetone.latent.kl;
