/**
 * Public checkpoints into Kinetone's folders and back: which networks, from which files, for which
 * programs.
 */
package kinetone.exchange;
