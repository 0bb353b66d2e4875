package kinetone.metric;

import kinetone.media.Audio;

/**
 * How much of a sound is silence. The protocol: blocks of 50 ms whose root mean square over all
 * channels is below −60 dB of full scale; a clip all of whose blocks are is silent.
 */
public final class Silence {
  private static final double BLOCK_SECONDS = 0.05;
  private static final double THRESHOLD = 1e-3;

  private Silence() {}

  /** Share of silent blocks, 0 to 1; 1 for a sound without samples. */
  public static double share(Audio audio) {
    int block = Math.max(1, (int) Math.round(BLOCK_SECONDS * audio.sampleRate()));
    int blocks = 0;
    int silent = 0;
    for (int begin = 0; begin < audio.length(); begin += block) {
      int end = Math.min(audio.length(), begin + block);
      double square = 0;
      for (float[] channel : audio.samples()) {
        for (int n = begin; n < end; n++) {
          square += (double) channel[n] * channel[n];
        }
      }
      blocks++;
      silent += Math.sqrt(square / ((end - begin) * audio.channels())) < THRESHOLD ? 1 : 0;
    }
    return blocks == 0 ? 1 : silent / (double) blocks;
  }
}
