/** Judges of clips that are made of more than one network, for benches and for evaluations. */
package kinetone.judge;
