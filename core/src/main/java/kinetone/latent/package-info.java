/** Codecs between signals and latents. */
package kinetone.latent;
