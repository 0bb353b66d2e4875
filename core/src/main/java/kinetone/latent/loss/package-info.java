/** What codecs are trained to do: reconstruction, spectral, perceptual and adversarial losses. */
package kinetone.latent.loss;
