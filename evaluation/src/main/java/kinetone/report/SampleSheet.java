package kinetone.report;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import kinetone.media.Clip;

/** Several clips in one picture, one below the other: frames in a row, then the mel spectrogram. */
public final class SampleSheet {
  private static final int TILE = 48;
  private static final int MEL_WIDTH = 480;
  private static final int MEL_HEIGHT = 64;
  private static final int GAP = 8;

  private SampleSheet() {}

  /** Draws the tracks that each clip has. */
  public static BufferedImage draw(List<Clip> clips) {
    List<BufferedImage> parts = new ArrayList<>();
    for (Clip clip : clips) {
      clip.video()
          .ifPresent(v -> parts.add(ContactSheet.draw(v, v.frames(), TILE, frame -> false)));
      int width =
          clip.video().isPresent() ? parts.get(parts.size() - 1).getWidth() - 2 * GAP : MEL_WIDTH;
      clip.audio().ifPresent(a -> parts.add(MelPlot.draw(a, Math.max(1, width), MEL_HEIGHT)));
    }
    int width = parts.stream().mapToInt(BufferedImage::getWidth).max().orElse(1);
    int height = parts.stream().mapToInt(part -> part.getHeight() + GAP).sum();
    BufferedImage sheet =
        new BufferedImage(width + 2 * GAP, height + GAP, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = sheet.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    int y = GAP;
    for (BufferedImage part : parts) {
      g.drawImage(part, GAP, y, null);
      y += part.getHeight() + GAP;
    }
    g.dispose();
    return sheet;
  }
}
