/** The denoisers of the systems, a package each, and what they share. */
package kinetone.model;
