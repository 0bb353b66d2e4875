package kinetone.scene;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import kinetone.media.ClipFormat;
import kinetone.media.Video;

/**
 * Draws scenes as a picture to look at: one row per scene, one column per frame.
 *
 * <p>Usage: ContactSheet OUT.png SIZE SCENES_PER_KIND SEED
 */
final class ContactSheet {
  private ContactSheet() {}

  public static void main(String[] args) throws IOException {
    int size = Integer.parseInt(args[1]);
    var format = ClipFormat.of(size, size, 17, 8, 16000);
    List<Video> rows = new ArrayList<>();
    for (var kind : SceneKind.values()) {
      var generator = new SceneGenerator(format, SceneMix.only(kind), Long.parseLong(args[3]));
      for (int i = 0; i < Integer.parseInt(args[2]); i++) {
        rows.add(generator.scene(i).clip().video().orElseThrow());
      }
    }
    ImageIO.write(sheet(rows), "png", new File(args[0]));
  }

  static BufferedImage sheet(List<Video> rows) {
    Video first = rows.get(0);
    int w = first.width() + 2;
    int h = first.height() + 2;
    var image = new BufferedImage(first.frames() * w, rows.size() * h, BufferedImage.TYPE_INT_RGB);
    for (int row = 0; row < rows.size(); row++) {
      Video video = rows.get(row);
      for (int p = 0; p < video.rgb().length / 3; p++) {
        int x = p % video.width();
        int y = p / video.width() % video.height();
        int frame = p / video.width() / video.height();
        int rgb = 0;
        for (int c = 0; c < 3; c++) {
          rgb = rgb << 8 | (video.rgb()[3 * p + c] & 0xff);
        }
        image.setRGB(frame * w + x, row * h + y, rgb);
      }
    }
    return image;
  }
}
