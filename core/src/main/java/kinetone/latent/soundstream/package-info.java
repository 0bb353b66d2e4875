/** Causal waveform autoencoder in the manner of SoundStream, with a continuous latent. */
package kinetone.latent.soundstream;
