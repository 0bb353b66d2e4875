package kinetone.system.joint;

import java.util.Map;
import java.util.OptionalInt;
import kinetone.codec.AudioLayout;
import kinetone.codec.CodecDescription;
import kinetone.codec.Codecs;
import kinetone.codec.VideoLayout;
import kinetone.common.Check;
import kinetone.diffusion.Modality;
import kinetone.media.ClipFormat;
import kinetone.pipeline.AskedFormat;
import kinetone.pipeline.ModelIndex;
import kinetone.pipeline.ModelParts;

/**
 * The latents that a denoiser of picture and sound works on: video (B, frames, height, width,
 * channels) and audio (B, length, frequencies, audioChannels), without the axis of frequency where
 * there is none. From it follow the format of the clips and which codecs fit.
 */
public record JointShape(
    int frames,
    int height,
    int width,
    int channels,
    int length,
    OptionalInt frequencies,
    int audioChannels) {
  /** The shape of each modality's latents, batch 1. */
  public Map<Modality, long[]> shapes() {
    long[] audio =
        frequencies.isPresent()
            ? new long[] {1, length, frequencies.getAsInt(), audioChannels}
            : new long[] {1, length, audioChannels};
    return Map.of(
        Modality.VIDEO, new long[] {1, frames, height, width, channels}, Modality.AUDIO, audio);
  }

  /**
   * The format of the clips, from the codecs and what users say.
   *
   * @param parts with {@code video_codec} and {@code audio_codec}
   * @param framesPerSecond Hz, where nobody says otherwise
   * @param sampleRate Hz, where neither codec nor user says
   */
  public ClipFormat format(
      ModelParts parts, AskedFormat asked, double framesPerSecond, int sampleRate) {
    VideoLayout pictures = Codecs.describeVideo(parts.get("video_codec")).video();
    AudioLayout sound = Codecs.describeAudio(parts.get("audio_codec")).audio();
    return asked.withSound(
        width * pictures.spaceFactor(),
        height * pictures.spaceFactor(),
        Math.toIntExact(pictures.time().boundary(frames)),
        framesPerSecond,
        sound.sampleRate().isPresent()
            ? asked.agreedSampleRate(sound.sampleRate().getAsInt())
            : asked.sampleRate().orElse(sampleRate),
        length,
        sound.time());
  }

  /**
   * Requires that the codecs make such latents of the model's clips.
   *
   * @throws kinetone.common.KinetoneException of kind USER naming what does not fit
   */
  public void requireFit(ModelParts parts, ModelIndex index) {
    // Of a codec the channels that are diffused count, which may be more than the network's own.
    CodecDescription pictureCodec = Codecs.describeVideo(parts.get("video_codec"));
    CodecDescription soundCodec = Codecs.describeAudio(parts.get("audio_codec"));
    int pictureChannels = pictureCodec.channels();
    VideoLayout pictures = pictureCodec.video();
    int soundChannels = soundCodec.channels();
    AudioLayout sound = soundCodec.audio();
    Check.that(
        pictureChannels == channels
            && soundChannels == audioChannels
            && sound.frequencies().equals(frequencies),
        "%s: the codecs have %d picture channels and %s of sound, the denoiser %d and %s; the parts are"
            + " from different models",
        parts.what(),
        pictureChannels,
        channels(sound.frequencies(), soundChannels),
        channels,
        channels(frequencies, audioChannels));
    ClipFormat format = index.format();
    int[] video = pictures.latent(format.frames(), format.height(), format.width());
    int positions = sound.time().latents(format.samples());
    Check.that(
        video[0] == frames && video[1] == height && video[2] == width && positions == length,
        "%s: a clip of its format has %d x %d x %d picture latents and %d of sound, the denoiser wants"
            + " %d x %d x %d and %d; the parts are from different models",
        parts.what(),
        video[0],
        video[1],
        video[2],
        positions,
        frames,
        height,
        width,
        length);
    sound
        .sampleRate()
        .ifPresent(
            rate ->
                Check.that(
                    rate == format.sampleRate(),
                    "%s: the sound codec is for %d Hz, the clips have %d Hz",
                    parts.what(),
                    rate,
                    format.sampleRate()));
  }

  private static String channels(OptionalInt frequencies, int channels) {
    return frequencies.isPresent()
        ? "%d x %d".formatted(frequencies.getAsInt(), channels)
        : "%d".formatted(channels);
  }
}
