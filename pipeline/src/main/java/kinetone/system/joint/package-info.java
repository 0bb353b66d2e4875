/** What systems share whose denoiser makes latents of a picture codec and of a sound codec. */
package kinetone.system.joint;
