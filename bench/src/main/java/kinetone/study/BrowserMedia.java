package kinetone.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import kinetone.common.Check;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.ClipReader;
import kinetone.media.ClipWriter;
import kinetone.media.Limits;
import kinetone.media.MediaInfo;
import kinetone.media.MediaProbe;
import kinetone.media.ReadOptions;

/** Clips as browsers play them: copied byte for byte where they do, else encoded again. */
final class BrowserMedia {
  private static final Set<String> PICTURES = Set.of("h264", "vp8", "vp9", "av1");

  /** Which sound browsers play in which kind of file. */
  private static final Set<String> SOUNDS =
      Set.of(
          "mp4:aac",
          "mp4:mp3",
          "mp4:opus",
          "mp4:flac",
          "m4a:aac",
          "webm:opus",
          "webm:vorbis",
          "wav:pcm_s16le",
          "mp3:mp3",
          "ogg:vorbis",
          "ogg:opus",
          "opus:opus",
          "flac:flac");

  private static final Set<String> CONTAINERS_OF_PICTURES = Set.of("mp4", "webm");

  /** Rates that AAC has and everybody plays. */
  private static final Set<Integer> RATES =
      Set.of(8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000);

  private static final int USUAL_RATE = 48000;

  /** Longest clip: nobody rates what lasts longer, and anchors are made in memory. */
  private static final Limits LIMITS = Limits.defaults().withSeconds(180);

  private final Path file;
  private final MediaInfo info;

  private BrowserMedia(Path file, MediaInfo info) {
    this.file = file;
    this.info = info;
  }

  /**
   * Looks at a clip.
   *
   * @throws kinetone.common.KinetoneException of kind USER when it cannot be read or lasts longer
   *     than three minutes
   */
  static BrowserMedia of(Path file) {
    return new BrowserMedia(file, MediaProbe.probe(file, LIMITS));
  }

  double seconds() {
    return info.seconds();
  }

  boolean hasPictures() {
    return info.video().isPresent();
  }

  boolean hasSound() {
    return info.audio().isPresent();
  }

  /** Whether browsers play the file as it is. */
  boolean isPlayed() {
    String ending = ending(file);
    boolean pictures =
        info.video()
            .map(
                track ->
                    CONTAINERS_OF_PICTURES.contains(ending) && PICTURES.contains(track.codec()))
            .orElse(true);
    return pictures
        && info.audio().map(track -> SOUNDS.contains(ending + ":" + track.codec())).orElse(true);
  }

  /** What the name of its copy ends with. */
  String copyEnding() {
    return isPlayed() ? ending(file) : encodedEnding();
  }

  /** What the name ends with when it is encoded. */
  String encodedEnding() {
    return hasPictures() ? "mp4" : "wav";
  }

  /** Copies the file, or encodes it where browsers would not play it. */
  void copyTo(Path target) throws IOException {
    if (isPlayed()) {
      Files.copy(file, target);
    } else {
      ClipWriter.write(target, read());
    }
  }

  /** The clip, with a rate of sound that can be written. */
  Clip read() {
    ReadOptions options = ReadOptions.defaults().withLimits(LIMITS);
    if (hasSound() && !RATES.contains(info.audio().orElseThrow().sampleRate())) {
      options = options.withSampleRate(USUAL_RATE);
    }
    Clip clip = ClipReader.read(file, options);
    Optional<Audio> audio = clip.audio().filter(sound -> sound.length() > 0);
    Check.that(
        clip.video().isPresent() || audio.isPresent(),
        "%s has neither pictures nor sound; leave it out",
        file);
    return new Clip(clip.video(), audio);
  }

  private static String ending(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
