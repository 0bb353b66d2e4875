package kinetone.vocoder;

import java.util.ArrayList;
import java.util.List;
import kinetone.common.Check;
import kinetone.latent.loss.Discriminator;
import kinetone.latent.loss.Discriminators;
import kinetone.tensor.Rng;

/**
 * HiFi-GAN's discriminators.
 *
 * @param periods of the multi-period discriminator, in samples; empty for none
 * @param scales of the multi-scale discriminator, each at half the rate of the one before; 0 for
 *     none
 * @param shrink by which all widths are divided; 1 for the published 70.7 million parameters
 */
public record DiscriminatorConfig(List<Integer> periods, int scales, int shrink) {
  /** The published ones. */
  public static final DiscriminatorConfig PAPER =
      new DiscriminatorConfig(List.of(2, 3, 5, 7, 11), 3, 1);

  /** Checks the ranges. */
  public DiscriminatorConfig {
    periods = List.copyOf(periods);
    periods.forEach(period -> Check.atLeast("periods", period, 1));
    Check.atLeast("scales", scales, 0);
    Check.within("shrink", shrink, 1, 32);
    Check.that(
        Integer.bitCount(shrink) == 1, "shrink = %d, must be a power of two up to 32", shrink);
    Check.that(!periods.isEmpty() || scales > 0, "give at least one period or one scale");
  }

  /** Both as one, with weights drawn from {@code rng}. */
  public Discriminators build(Rng rng) {
    List<Discriminator> members = new ArrayList<>();
    if (!periods.isEmpty()) {
      members.add(new MultiPeriodDiscriminator(periods, shrink, rng));
    }
    if (scales > 0) {
      members.add(new MultiScaleDiscriminator(scales, shrink, rng));
    }
    return new Discriminators(members);
  }
}
