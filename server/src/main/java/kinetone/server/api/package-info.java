/** HTTP: what requests say, and what answers say. */
package kinetone.server.api;
