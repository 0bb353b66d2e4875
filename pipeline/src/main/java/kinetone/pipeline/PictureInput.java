package kinetone.pipeline;

import kinetone.common.Check;
import kinetone.media.Fit;
import kinetone.media.FrameChoice;
import kinetone.media.PictureFilter;
import kinetone.media.PictureReading;

/**
 * How given pictures become a model's: the key {@code pictures} of {@code model_index.json}.
 *
 * @param fit of another shape
 * @param filter of another size
 * @param choice of pictures at another rate
 * @param context further pictures after those of a clip that the model looks at where there are
 *     any, so that the last ones of the clip are seen as the others are
 */
public record PictureInput(Fit fit, PictureFilter filter, FrameChoice choice, int context) {
  /** Of models that say nothing. */
  public static final PictureInput DEFAULT = of(PictureReading.DEFAULT, 0);

  private static final int MOST_CONTEXT = 1000;

  /** Checks the ranges. */
  public PictureInput {
    new PictureReading(fit, filter, choice);
    Check.within("context", context, 0, MOST_CONTEXT);
  }

  /** Read like that, with {@code context} further pictures. */
  public static PictureInput of(PictureReading reading, int context) {
    return new PictureInput(reading.fit(), reading.filter(), reading.choice(), context);
  }

  /** The part that concerns files. */
  public PictureReading reading() {
    return new PictureReading(fit, filter, choice);
  }
}
