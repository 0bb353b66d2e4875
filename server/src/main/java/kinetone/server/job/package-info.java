/** Jobs and the database they live in. */
package kinetone.server.job;
