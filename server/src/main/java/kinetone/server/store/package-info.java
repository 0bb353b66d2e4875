/** Media on disk, by the hash of their content. */
package kinetone.server.store;
