/** Models in memory, and the workers that make clips with them. */
package kinetone.server.work;
