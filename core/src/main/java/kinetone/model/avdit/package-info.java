/**
 * AV-DiT (Wang et al. 2024, arXiv 2406.07686): a frozen image transformer that small trained parts
 * turn into a generator of sounding video.
 */
package kinetone.model.avdit;
