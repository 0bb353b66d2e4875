/** Mel scales and filter banks as numbers, for networks' front ends and metrics alike. */
package kinetone.mel;
