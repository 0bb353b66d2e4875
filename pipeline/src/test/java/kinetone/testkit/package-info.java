/** A tiny model and clips, for the tests of this module and of those above it. */
package kinetone.testkit;
