/** Who may ask. */
package kinetone.server.key;
