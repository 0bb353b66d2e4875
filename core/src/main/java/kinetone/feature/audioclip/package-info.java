/** AudioCLIP's network for sound (ESResNeXt-fbsp), for the FAD of MM-Diffusion. */
package kinetone.feature.audioclip;
