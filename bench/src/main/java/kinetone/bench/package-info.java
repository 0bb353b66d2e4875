/** Measurements of a model and of this machine, as ratios within one run. */
package kinetone.bench;
