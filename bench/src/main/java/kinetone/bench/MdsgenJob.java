package kinetone.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import kinetone.common.Check;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.model.mdsgen.MdsgenConfig;
import kinetone.vocoder.HiFiGanConfig;

/**
 * A size of MDSGen and what is measured of it, as one line of JSON that a process of its own gets.
 *
 * @param size what the row is called
 * @param denoiser its size and form
 * @param autoencoder decodes what the denoiser makes
 * @param vocoder turns that into sound
 * @param steps denoising steps
 * @param guidance whether every step runs the network twice
 * @param repeats measurements of everything, after one that does not count
 * @param threads one operation may use
 * @param compute where and how
 * @param comparison folder of the {@link MdsgenComparison}; null when weights and start are random
 */
record MdsgenJob(
    String size,
    MdsgenConfig denoiser,
    AutoencoderKlConfig autoencoder,
    HiFiGanConfig vocoder,
    int steps,
    boolean guidance,
    int repeats,
    int threads,
    Compute compute,
    @JsonInclude(JsonInclude.Include.NON_NULL) String comparison) {
  /** Checks the counts, and that the vocoder takes what the autoencoder gives. */
  MdsgenJob {
    Check.atLeast("steps", steps, 2);
    Check.atLeast("repeats", repeats, 1);
    int bands = denoiser.latent().frequencies() * autoencoder.factor();
    Check.that(
        vocoder.bands() == bands,
        "vocoder.bands = %d, but the autoencoder gives %d",
        vocoder.bands(),
        bands);
  }

  /** Frames of the decoded spectrogram. */
  int frames() {
    return denoiser.latent().length() * autoencoder.factor();
  }
}
