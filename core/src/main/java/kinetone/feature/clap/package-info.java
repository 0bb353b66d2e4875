/** LAION's CLAP: sound and captions in one space, for the CLAP score and Fréchet distances. */
package kinetone.feature.clap;
