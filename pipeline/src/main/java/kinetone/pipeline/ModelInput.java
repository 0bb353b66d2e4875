package kinetone.pipeline;

import java.util.OptionalDouble;
import kinetone.media.ClipFormat;
import kinetone.media.Limits;
import kinetone.media.ReadOptions;
import kinetone.media.TrackUse;

/**
 * How given files are read for a model: in its rates and sizes, no more than it uses. Programs that
 * decode apart from generation read like this, and hand on {@link MediaInput.Decoded}.
 */
public final class ModelInput {
  private ModelInput() {}

  /**
   * For one clip of the model's length.
   *
   * @param picture whether pictures are read; there must be some
   * @param sound whether sound is read; there must be some
   * @param context pictures beyond the clip
   */
  public static ReadOptions clip(
      ClipFormat format,
      PictureInput pictures,
      MediaInput.File file,
      boolean picture,
      boolean sound,
      int context) {
    return interval(format, file, context)
        .withFramesPerSecond(format.framesPerSecond())
        .withPictures(format.width(), format.height(), pictures.reading())
        .withSampleRate(format.sampleRate())
        .withMono()
        .withTracks(
            picture ? TrackUse.REQUIRED : TrackUse.SKIP, sound ? TrackUse.REQUIRED : TrackUse.SKIP);
  }

  /** As much as a clip of the model takes, as it is in the file. */
  public static ReadOptions interval(ClipFormat format, MediaInput.File file, int context) {
    double seconds =
        context == 0
            ? Math.min(format.videoSeconds(), format.audioSeconds())
            : format.videoSeconds() + context / format.framesPerSecond();
    double wanted = file.seconds().orElse(seconds);
    return ReadOptions.defaults().withInterval(file.start(), Math.min(seconds, wanted));
  }

  /** The pictures of a video of any length. */
  public static ReadOptions longVideo(
      ClipFormat format, PictureInput pictures, MediaInput.File file, Limits limits) {
    ReadOptions options =
        ReadOptions.defaults()
            .withFramesPerSecond(format.framesPerSecond())
            .withPictures(format.width(), format.height(), pictures.reading())
            .withTracks(TrackUse.REQUIRED, TrackUse.SKIP)
            .withLimits(limits);
    OptionalDouble seconds = file.seconds();
    return seconds.isPresent()
        ? options.withInterval(file.start(), seconds.getAsDouble())
        : options.withStart(file.start());
  }
}
