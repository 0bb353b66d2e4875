/**
 * Codecs as pipelines, preparation and training see them: pictures and sound to latents and back,
 * whatever network is behind. A new one is a file here and a line in {@link
 * kinetone.codec.Codecs#FORMATS}.
 */
package kinetone.codec;
