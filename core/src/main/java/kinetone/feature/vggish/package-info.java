/** VGGish: sound as AudioSet's first embedding hears it, for the Fréchet audio distance. */
package kinetone.feature.vggish;
