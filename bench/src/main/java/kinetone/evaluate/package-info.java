/**
 * Compares folders of made clips with real ones: what is measured of a clip once and kept ({@link
 * kinetone.evaluate.Measure}), and what many clips say together ({@link kinetone.evaluate.Metric}).
 * A new metric is a class and a line in {@link kinetone.evaluate.Metrics}.
 */
package kinetone.evaluate;
