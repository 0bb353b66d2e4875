/**
 * Measures of clips: how close pictures and sounds are to a reference ({@link
 * kinetone.metric.Psnr}, {@link kinetone.metric.LogMelDistance}), and whether what is heard happens
 * when it is seen ({@link kinetone.metric.OnsetDetector}, {@link
 * kinetone.metric.VisualOnsetDetector}, {@link kinetone.metric.OnsetF1}). Plain Java, no tensors: a
 * measure must not share its faults with what it measures.
 */
package kinetone.metric;
