package kinetone.scene;

/**
 * The resonances of a struck thing, for modal synthesis (Cook, "Real Sound Synthesis for
 * Interactive Applications", 2002, chapter 4): a sum of sines that die away, the higher ones
 * faster.
 *
 * @param ratios frequencies relative to the first
 * @param gains linear amplitudes
 * @param seconds time in which each falls by 60 dB
 * @param attack linear amplitude of the noise of the contact itself
 * @param attackSeconds time in which that noise falls by 60 dB
 */
record Modes(
    double[] ratios, double[] gains, double[] seconds, double attack, double attackSeconds) {
  /** A rubber ball on boards. */
  static final Modes BALL =
      new Modes(
          new double[] {1, 1.58, 2.24, 2.92, 4.1},
          new double[] {1, 0.5, 0.35, 0.22, 0.12},
          new double[] {0.26, 0.18, 0.13, 0.1, 0.07},
          0.5,
          0.035);

  /** A church bell: hum, prime, tierce, quint, nominal and three above (Fletcher, Rossing 1998). */
  static final Modes BELL =
      new Modes(
          new double[] {0.5, 1, 1.2, 1.5, 2, 2.67, 3.01, 4.17},
          new double[] {0.35, 0.8, 0.6, 0.3, 0.7, 0.35, 0.25, 0.2},
          new double[] {1.6, 1.2, 0.9, 0.6, 0.7, 0.4, 0.3, 0.2},
          0.9,
          0.04);

  /** A heavy foot on a floor. */
  static final Modes STEP =
      new Modes(
          new double[] {1, 1.73, 2.61, 4.3},
          new double[] {1, 0.6, 0.35, 0.15},
          new double[] {0.16, 0.11, 0.08, 0.05},
          0.9,
          0.07);

  /** A mallet on a tuned bar. */
  static final Modes KEY =
      new Modes(
          new double[] {1, 2, 3.01, 3.98, 6.2},
          new double[] {1, 0.35, 0.3, 0.2, 0.12},
          new double[] {0.9, 0.6, 0.4, 0.25, 0.12},
          0.35,
          0.03);

  /** A drop on water. */
  static final Modes DROP =
      new Modes(
          new double[] {1, 1.9}, new double[] {1, 0.4}, new double[] {0.07, 0.04}, 0.25, 0.02);

  /** A clapper against a spoke. */
  static final Modes TICK =
      new Modes(
          new double[] {1, 1.47, 2.09, 2.56},
          new double[] {1, 0.7, 0.5, 0.3},
          new double[] {0.05, 0.04, 0.03, 0.03},
          0.6,
          0.02);

  /** A twig that bursts. */
  static final Modes CRACKLE =
      new Modes(new double[] {1, 1.8}, new double[] {0.5, 0.3}, new double[] {0.03, 0.02}, 1, 0.03);
}
