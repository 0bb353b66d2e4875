/**
 * Names of tensors in public checkpoints and in Kinetone's. A {@link
 * kinetone.checkpoint.convert.Naming} says, for each of Kinetone's tensors, where a file keeps it;
 * the same answer serves reading and writing.
 */
package kinetone.checkpoint.convert;
