package kinetone.report;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import kinetone.media.Clip;

/** The pictures that stand for a clip: contact sheet, waveform and mel spectrogram. */
public final class ClipPictures {
  private static final int COLUMNS = 6;
  private static final int TILE = 80;
  private static final int WIDTH = 520;
  private static final int WAVE_HEIGHT = 90;
  private static final int MEL_HEIGHT = 160;

  private ClipPictures() {}

  /**
   * Writes PNG files beside the clip and returns their names.
   *
   * @param given frames to mark on the contact sheet: those that were given, not generated
   */
  public static List<String> write(Path folder, String name, Clip clip, IntPredicate given) {
    List<String> files = new ArrayList<>();
    clip.video()
        .ifPresent(
            video ->
                files.add(
                    save(
                        folder,
                        name + "-frames.png",
                        ContactSheet.draw(video, COLUMNS, TILE, given))));
    clip.audio()
        .ifPresent(
            audio -> {
              files.add(
                  save(
                      folder,
                      name + "-waveform.png",
                      WaveformPlot.draw(audio, WIDTH, WAVE_HEIGHT)));
              files.add(save(folder, name + "-mel.png", MelPlot.draw(audio, WIDTH, MEL_HEIGHT)));
            });
    return files;
  }

  private static String save(Path folder, String name, BufferedImage image) {
    Png.write(folder.resolve(name), image);
    return name;
  }
}
