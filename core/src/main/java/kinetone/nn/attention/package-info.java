/** Attention over tokens. */
package kinetone.nn.attention;
