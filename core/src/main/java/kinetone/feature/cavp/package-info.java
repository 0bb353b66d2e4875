/**
 * Contrastive audio-visual pretraining (CAVP; Luo et al. 2023, "Diff-Foley", section 3.1): features
 * of picture and sound that agree where both belong together.
 */
package kinetone.feature.cavp;
