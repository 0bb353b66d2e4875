/** What a clip is about, as numbers for other networks: features of picture and sound. */
package kinetone.feature;
