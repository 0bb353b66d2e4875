/**
 * AVDiT, the noise prediction network of "A Versatile Diffusion Transformer with Mixture of Noise
 * Levels for Audiovisual Generation" (Kim et al. 2024, arXiv 2405.13762).
 */
package kinetone.model.monl;
