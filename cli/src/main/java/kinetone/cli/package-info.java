/** The kinetone command. */
package kinetone.cli;
