/** Sound for pictures with MDSGen (Pham, Ton, Yoo 2025). */
package kinetone.system.mdsgen;
