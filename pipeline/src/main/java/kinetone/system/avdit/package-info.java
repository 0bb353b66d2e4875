/** AV-DiT models: sounding video from a frozen picture model. */
package kinetone.system.avdit;
