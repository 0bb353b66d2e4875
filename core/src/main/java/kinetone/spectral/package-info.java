/** Spectra of sound: short-time Fourier transform, mel filter banks, mel spectrograms. */
package kinetone.spectral;
