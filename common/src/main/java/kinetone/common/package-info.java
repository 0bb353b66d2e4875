/** Errors, argument checks, files that are read and files that appear whole, for every module. */
package kinetone.common;
