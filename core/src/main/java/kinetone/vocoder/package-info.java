/** Vocoders: from log-mel spectrograms to sound, and how they are trained. */
package kinetone.vocoder;
