package kinetone.server.wall;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import kinetone.common.AtomicFile;
import kinetone.common.KinetoneException;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.Video;

/**
 * A decoded clip in a file of no format but numbers, which nobody can be harmed by: a header, the
 * bytes of the pictures, the samples of the sound. What comes from behind the wall is believed in
 * nothing but this.
 */
public final class RawClip {
  private static final int MAGIC = 0x4b434c31;
  private static final int MOST_CHANNELS = 8;

  private RawClip() {}

  /** Writes {@code clip}. */
  public static void write(Path file, Clip clip) {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16))) {
      out.writeInt(MAGIC);
      out.writeBoolean(clip.video().isPresent());
      if (clip.video().isPresent()) {
        Video video = clip.video().get();
        out.writeInt(video.frames());
        out.writeInt(video.width());
        out.writeInt(video.height());
        out.writeDouble(video.framesPerSecond());
        out.write(video.rgb());
      }
      out.writeBoolean(clip.audio().isPresent());
      if (clip.audio().isPresent()) {
        Audio audio = clip.audio().get();
        out.writeInt(audio.channels());
        out.writeInt(audio.length());
        out.writeInt(audio.sampleRate());
        for (float[] channel : audio.samples()) {
          ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * channel.length);
          bytes.asFloatBuffer().put(channel);
          out.write(bytes.array());
        }
      }
    } catch (IOException e) {
      throw AtomicFile.failure(file, e);
    }
  }

  /**
   * Reads a clip.
   *
   * @param limit most bytes
   * @throws KinetoneException when it is larger, or no such file
   */
  public static Clip read(Path file, long limit) {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
      long left = Math.min(limit, Files.size(file));
      require(in.readInt() == MAGIC);
      Optional<Video> video = Optional.empty();
      if (in.readBoolean()) {
        int frames = in.readInt();
        int width = in.readInt();
        int height = in.readInt();
        double rate = in.readDouble();
        require(frames > 0 && width > 0 && height > 0 && width <= 8192 && height <= 8192);
        long bytes = 3L * width * height * frames;
        require(bytes <= left && bytes <= Integer.MAX_VALUE - 8);
        video = Optional.of(new Video(in.readNBytes((int) bytes), frames, width, height, rate));
        left -= bytes;
      }
      Optional<Audio> audio = Optional.empty();
      if (in.readBoolean()) {
        int channels = in.readInt();
        int length = in.readInt();
        int rate = in.readInt();
        require(channels > 0 && channels <= MOST_CHANNELS && length >= 0);
        require((long) channels * length * Float.BYTES <= left);
        float[][] samples = new float[channels][length];
        for (float[] channel : samples) {
          byte[] bytes = in.readNBytes(Float.BYTES * length);
          require(bytes.length == Float.BYTES * length);
          ByteBuffer.wrap(bytes).asFloatBuffer().get(channel);
          for (float sample : channel) {
            require(Float.isFinite(sample));
          }
        }
        audio = Optional.of(new Audio(samples, rate));
      }
      return new Clip(video, audio);
    } catch (IOException e) {
      throw KinetoneException.resource(e, "a decoded clip cannot be read back");
    }
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw KinetoneException.internal("a decoded clip is not what it should be");
    }
  }
}
