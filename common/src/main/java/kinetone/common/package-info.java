/** Errors, argument checks and atomic files, shared by every module. */
package kinetone.common;
