/** What happens again and again. */
package kinetone.server.time;
