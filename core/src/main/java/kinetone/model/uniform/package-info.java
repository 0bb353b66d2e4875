/**
 * UniForm: one transformer over picture and sound for three tasks (Zhao et al. 2025, arXiv
 * 2502.03897).
 */
package kinetone.model.uniform;
