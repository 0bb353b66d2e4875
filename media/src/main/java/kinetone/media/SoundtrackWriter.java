package kinetone.media;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import kinetone.common.AtomicFile;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import org.bytedeco.javacpp.PointerScope;

/**
 * Writes sound that comes piece by piece, alone or beside the pictures of another file, with memory
 * that does not grow with its length. Pictures are copied packet by packet, never encoded again,
 * with their time stamps, rotation, colour and pixel aspect; other tracks are left out. Nothing is
 * on the disk before the first piece, and the file appears under its name only by {@link #finish},
 * when it is complete and its headers, read back, agree. The same sound gives the same bytes.
 *
 * <pre>{@code
 * OptionalDouble toTheEnd = OptionalDouble.empty();
 * try (var writer = SoundtrackWriter.beside(target, video, 0, toTheEnd, 16000, 1)) {
 *   model.soundtrack(request, writer, SoundtrackListener.NONE, new Cancellation());
 *   writer.finish();
 * }
 * }</pre>
 */
public final class SoundtrackWriter implements SoundSink, AutoCloseable {
  /** The files that can be written, by the ending of their names. */
  private enum Form {
    WAV("wav", false, false),
    FLAC("flac", false, false),
    MP4("mp4", true, true),
    MOV("mov", true, true),
    MKV("matroska", true, false);

    private final String container;
    private final boolean pictures;

    /** Whether the container counts the pictures and samples of each track. */
    private final boolean counts;

    Form(String container, boolean pictures, boolean counts) {
      this.container = container;
      this.pictures = pictures;
      this.counts = counts;
    }

    static Form of(Path target) {
      String name = String.valueOf(target.getFileName()).toLowerCase(Locale.ROOT);
      for (Form form : values()) {
        if (name.endsWith("." + form.name().toLowerCase(Locale.ROOT))) {
          return form;
        }
      }
      throw KinetoneException.user(
          "output %s: the name must end in .mp4, .mov, .mkv, .wav or .flac", target);
    }
  }

  private final Path target;
  private final Form form;
  private final int sampleRate;
  private final int channels;
  private final Optional<PictureCopy> pictures;
  private SoundEncoder encoder;
  private AtomicFile.Pending file;
  private Muxer muxer;

  private SoundtrackWriter(
      Path target, Form form, int sampleRate, int channels, Optional<PictureCopy> pictures) {
    this.target = target;
    this.form = form;
    this.sampleRate = sampleRate;
    this.channels = channels;
    this.pictures = pictures;
  }

  /**
   * Writes sound alone: 16-bit PCM in {@code .wav}, or {@code .flac}.
   *
   * @throws KinetoneException of kind USER when the format cannot hold the sound
   */
  public static SoundtrackWriter alone(Path target, int sampleRate, int channels) {
    Form form = Form.of(target);
    Check.that(
        !form.pictures, "output %s: sound alone needs a name ending in .wav or .flac", target);
    if (form == Form.FLAC) {
      ClipWriter.checkFlac(channels);
    }
    return new SoundtrackWriter(target, form, sampleRate, channels, Optional.empty());
  }

  /**
   * Writes sound as AAC beside the pictures of {@code video}, into {@code .mp4}, {@code .mov} (both
   * with the index at the front) or {@code .mkv}. The first sample belongs to the instant {@link
   * #startSeconds} of {@code video}, whose earliest track begins at 0.
   *
   * @param start seconds of {@code video} to leave out; the pictures begin at the key picture there
   *     or before
   * @param seconds to take from {@code start} on; empty takes all
   * @throws KinetoneException of kind USER when the video has no pictures, or the container cannot
   *     carry them or the sound
   */
  public static SoundtrackWriter beside(
      Path target, Path video, double start, OptionalDouble seconds, int sampleRate, int channels) {
    Form form = Form.of(target);
    Check.that(
        form.pictures,
        "output %s: pictures and sound need a name ending in .mp4, .mov or .mkv",
        target);
    ClipWriter.checkAac(sampleRate, channels);
    try (PointerScope scope = new PointerScope()) {
      PictureCopy pictures = new PictureCopy(video, start, seconds);
      if (!pictures.fits(form.container)) {
        KinetoneException misfit = misfit(target, video, pictures);
        pictures.close();
        throw misfit;
      }
      return new SoundtrackWriter(target, form, sampleRate, channels, Optional.of(pictures));
    }
  }

  /**
   * Requires that a container can carry the pictures of {@code video}, before any work.
   *
   * @throws KinetoneException of kind USER saying which could
   */
  public static void requireFits(Path target, Path video) {
    Form form = Form.of(target);
    if (!form.pictures) {
      return;
    }
    try (PointerScope scope = new PointerScope();
        PictureCopy pictures = new PictureCopy(video, 0, OptionalDouble.empty())) {
      if (!pictures.fits(form.container)) {
        throw misfit(target, video, pictures);
      }
    }
  }

  private static KinetoneException misfit(Path target, Path video, PictureCopy pictures) {
    String remedy =
        Stream.of(Form.MP4, Form.MOV, Form.MKV)
            .filter(form -> pictures.fits(form.container))
            .findFirst()
            .map(form -> "use a name ending in ." + form.name().toLowerCase(Locale.ROOT))
            .orElse("convert it to H.264 first, or write the sound alone (.wav, .flac)");
    return KinetoneException.user(
        "%s has pictures in %s%s, which %s cannot carry; %s",
        video,
        pictures.info().codec(),
        pictures.hasAlphaBeside() ? " with transparency" : "",
        target,
        remedy);
  }

  /** Whether a file of this name holds sound alone. */
  public static boolean isSoundAlone(Path target) {
    return !Form.of(target).pictures;
  }

  /** The ending, with its dot, of the usual container that can carry the pictures of a file. */
  public static String ending(Path video) {
    try (PointerScope scope = new PointerScope();
        PictureCopy pictures = new PictureCopy(video, 0, OptionalDouble.empty())) {
      boolean mkv = !pictures.fits(Form.MP4.container) && pictures.fits(Form.MKV.container);
      return mkv ? ".mkv" : ".mp4";
    }
  }

  /** Where the pictures begin, in seconds from the beginning of their file; 0 without pictures. */
  public double startSeconds() {
    return pictures.map(PictureCopy::startSeconds).orElse(0.0);
  }

  @Override
  public void write(float[][] samples) {
    Check.that(
        samples.length == channels, "%d channels come, %d were said", samples.length, channels);
    if (samples[0].length == 0) {
      return;
    }
    try (PointerScope scope = new PointerScope()) {
      if (muxer == null) {
        begin();
      }
      encoder.push(samples);
      encode();
    } catch (IOException e) {
      throw AtomicFile.failure(target, e);
    }
  }

  private void begin() throws IOException {
    encoder =
        switch (form) {
          case WAV -> SoundEncoder.wav(sampleRate, channels);
          case FLAC -> SoundEncoder.flac(sampleRate, channels);
          default -> SoundEncoder.aac(sampleRate, channels);
        };
    file = AtomicFile.begin(target);
    muxer = new Muxer(file.temporary(), form.container);
    if (pictures.isPresent()) {
      pictures.get().attach(muxer);
    }
    encoder.attach(muxer);
    muxer.begin("movflags", "+faststart");
  }

  /** Encodes what has come, and copies the pictures up to there: the muxer buffers neither. */
  private void encode() throws IOException {
    for (double time = encoder.nextTime();
        time < Double.POSITIVE_INFINITY;
        time = encoder.nextTime()) {
      copyPictures(time);
      try (PointerScope scope = new PointerScope()) {
        encoder.encodeNext(muxer);
      }
    }
  }

  private void copyPictures(double until) throws IOException {
    if (pictures.isPresent()) {
      PictureCopy copy = pictures.get();
      for (double t = copy.nextTime(); t < Double.POSITIVE_INFINITY && t <= until; ) {
        copy.writeNext(muxer);
        t = copy.nextTime();
      }
    }
  }

  /**
   * Completes the file and puts it in its place.
   *
   * @throws KinetoneException when nothing was written, or the disk refuses
   */
  public void finish() {
    Check.that(muxer != null, "there is no sound to write to %s", target);
    try (PointerScope scope = new PointerScope()) {
      encoder.end();
      encode();
      copyPictures(Double.POSITIVE_INFINITY);
      encoder.finish(muxer);
      muxer.finish();
      verify();
      file.commit();
    } catch (IOException e) {
      throw AtomicFile.failure(target, e);
    }
  }

  private void verify() {
    long samples = encoder.length();
    if (pictures.isEmpty()) {
      WrittenFile.verifySound(file.temporary(), target, sampleRate, channels, samples);
    } else {
      PictureCopy copy = pictures.get();
      WrittenFile.verifyCopy(
          file.temporary(),
          target,
          copy.path(),
          copy.info(),
          copy.written(),
          sampleRate,
          channels,
          samples,
          form.counts);
    }
  }

  /** Ends the work; what is not finished is discarded. */
  @Override
  public void close() {
    if (encoder != null) {
      encoder.close();
      encoder = null;
    }
    if (muxer != null) {
      muxer.close();
      muxer = null;
    }
    if (file != null) {
      file.close();
      file = null;
    }
    pictures.ifPresent(PictureCopy::close);
  }
}
