/**
 * Whether sound and picture belong together: the alignment classifier of Luo et al. 2023
 * ("Diff-Foley"), for the metric Align-Acc and for classifier guidance.
 */
package kinetone.feature.align;
