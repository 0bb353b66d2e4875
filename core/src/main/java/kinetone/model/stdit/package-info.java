/** Open-Sora's spatial-temporal diffusion transformer (Zheng et al. 2024, release 1.2). */
package kinetone.model.stdit;
