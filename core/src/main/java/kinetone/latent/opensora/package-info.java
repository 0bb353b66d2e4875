/**
 * Open-Sora's video autoencoder 1.2: pictures one by one, then a causal network over time, in
 * chunks that know nothing of each other. Parameters are named as in the public code.
 */
package kinetone.latent.opensora;
